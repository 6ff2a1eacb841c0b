/** What belongs to a message besides its words: files that came with it. */
import { mkdir } from 'node:fs/promises'
import type { ImageContent } from '../claude/turn.ts'
import type { Address, Attachment, Log } from '../contract.ts'
import { type Received, nothingReceived, receiveFiles } from '../files/receive.ts'
import { quoteFiles } from '../files/quote.ts'
import { code } from './approval-text.ts'
import type { Warm } from './warm.ts'
import type { Envelope, Outgoing } from '../queue/port.ts'

/** How files come in. One for the whole bot. */
export interface FileDesk {
  readonly limits: () => { readonly maxBytes: number; readonly maxCount: number }
  /** A folder of our own for what is not whole yet. */
  readonly temporary: string
  /** Undefined: this adapter cannot fetch files. */
  readonly download: (
    address: Address,
  ) => ((attachment: Attachment, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>) | undefined
}

/** Puts a message's files into the workspace, and reads those that its text names. Throws the signal's reason, and {@link ClaudeError} where there is no such folder any more. */
export async function takeFiles(
  { message }: Envelope,
  warm: Pick<Warm, 'workspace' | 'walls'>,
  { desk, log, signal }: { readonly desk: FileDesk; readonly log: Log; readonly signal: AbortSignal },
): Promise<Received> {
  const { attachments = [], address } = message
  const { workspace } = warm
  if (attachments.length === 0 && !message.text.includes('@')) return nothingReceived
  await mkdir(workspace, { recursive: true, mode: 0o700 })
  const { temporary } = desk
  const download = desk.download(address)
  const limits = desk.limits()
  const received = await receiveFiles(attachments, { workspace, temporary, limits, download, log, signal })
  return { ...received, quoted: await quoteFiles(message.text, await warm.walls(), log) }
}

/** The pictures among them, in the order in which the prompt names them. */
export function imagesOf({ files, quoted }: Received): ImageContent[] {
  return [...files, ...quoted].flatMap(({ image }) => (image === undefined ? [] : [image]))
}

/** Tells the chat what was not taken; undefined: nothing was left out. The same however often the turn is run. */
export function failureNotice(
  { id, conversation, message }: Envelope,
  received: Received,
): Outgoing | undefined {
  if (received.failed.length === 0) return undefined
  const key = `${id}/files`
  const lines = received.failed.map(({ name, reason }) => `- ${code(name)}: ${reason}`)
  const markdown = `Not all files arrived; Claude goes on without these:\n\n${lines.join('\n')}`
  return {
    key,
    conversation,
    address: message.address,
    reply: { kind: 'text', key, markdown, tone: 'notice' },
  }
}
