/** A reply as the messages that it takes, each within the platform's limit. */
import { fileInWords } from './file-text.ts'
import { largestFile } from '../files/largest.ts'
import type { Adapter, Address, FileReply, PromptReply, Reply, TextReply } from '../contract.ts'
import { withNumbers } from './numbered.ts'
import { split } from './split.ts'
import { wordsFor } from '../words/words.ts'

/** The share of a message that a prompt's body may take: its title and buttons need some. */
const bodyShare = 0.75

/** Always the same for the same reply, adapter and chat: after a crash the rest is sent by number. */
export async function partsOf(reply: Reply, adapter: Adapter, to: Address): Promise<readonly Reply[]> {
  const { limits } = adapter
  const measure = (markdown: string): number => adapter.measure(markdown)
  if (reply.kind === 'text') return textParts(reply, await split(reply.markdown, limits.text, measure))
  if (reply.kind === 'file') return fileParts(reply, largestFile(adapter, to))
  const room = Math.floor(limits.text * bodyShare)
  const shown = limits.buttons === 0 && reply.settled === undefined ? withNumbers(reply) : reply
  return promptParts(shown, await split(shown.markdown, room, measure))
}

/** How the turn ended is told by the last part alone; what is offered stands under it. */
function textParts(reply: TextReply, chunks: readonly string[]): TextReply[] {
  const { outcome: _outcome, figures: _figures, buttons: _buttons, ...rest } = reply
  const last = chunks.length - 1
  // What is nothing but white space splits into nothing: it still has to end the turn.
  if (last < 0) return [reply]
  return chunks.map((markdown, index) => ({
    ...(index === last ? reply : rest),
    key: index === 0 ? reply.key : `${reply.key}#${index + 1}`,
    markdown,
  }))
}

/** The adapter may have lost the ability since the file was promised. */
function fileParts(reply: FileReply, fileBytes: number): Reply[] {
  return [fileBytes >= reply.bytes ? reply : fileInWords(reply, 'noFiles')]
}

/** What is asked goes before the buttons, as text, when it is too long to stand beside them. */
function promptParts(reply: PromptReply, chunks: readonly string[]): Reply[] {
  const body = chunks.at(-1)
  if (body === undefined) return [reply]
  // What stands beside the buttons may be the harmless end of something that is not.
  const title =
    chunks.length === 1 ? reply.title : wordsFor(reply).prompts.lastPart(reply.title, chunks.length)
  const prompt = { ...reply, title, markdown: body }
  // Its text stands already.
  if (reply.settled !== undefined) return [prompt]
  const before = chunks.slice(0, -1).map((markdown, index): TextReply => {
    return { kind: 'text', key: `${reply.key}#${index + 1}`, markdown, tone: 'notice' }
  })
  return [...before, prompt]
}
