/** What the CLI says when it is asked to put files back. */
import { z } from 'zod'
import { ClaudeError, type Rewind } from './turn.ts'

const answer = z.object({
  canRewind: z.boolean().catch(false),
  error: z.string().catch('nothing is known of that turn'),
  filesChanged: z.array(z.string()).catch([]),
  insertions: z.number().catch(0),
  deletions: z.number().catch(0),
})

/** @throws ClaudeError `protocol`: it cannot. */
export function rewindOf(response: unknown): Rewind {
  const { canRewind, error, filesChanged: files, insertions, deletions } = answer.parse(response)
  if (!canRewind) throw new ClaudeError('protocol', `The files cannot be put back: ${error}.`)
  return { files, insertions, deletions }
}
