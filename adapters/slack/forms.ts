/** A message in the forms that Slack may take, the fullest first. */
import { slackCode } from './faults.ts'
import { type Content, withoutTables } from './render.ts'

/** What a call takes of it. */
type Form = Pick<Content, 'text' | 'blocks'>

/** What Slack says to tables (too many in a message, too long) and to other blocks. It does not tell its rules. */
const refusesBlocks: ReadonlySet<string | undefined> = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_attachments',
  'msg_blocks_too_long',
])

/** Tables as tables where Slack takes them, else as code; without any block where it takes none of them. */
export async function shownAs<T>(content: Content, show: (form: Form) => Promise<T>): Promise<T> {
  const { text, blocks, whole } = content
  const bare = whole === undefined ? undefined : { text: whole, blocks: [] }
  const others = [withoutTables(content), bare].filter((other) => other !== undefined)
  let form: Form = { text, blocks }
  for (;;) {
    try {
      return await show(form)
    } catch (error) {
      const next = refusesBlocks.has(slackCode(error)) ? others.shift() : undefined
      if (next === undefined) throw error
      form = next
    }
  }
}
