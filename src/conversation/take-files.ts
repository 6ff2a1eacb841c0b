/** What belongs to a message besides its words: files that came with it. */
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { ImageContent } from '../claude/turn.ts'
import type { Address, Attachment, Log } from '../contract.ts'
import { type Received, mostShownBytes, nothingReceived, reasonOf, receiveFiles } from '../files/receive.ts'
import { quoteFiles, quoteNamed } from '../files/quote.ts'
import type { Words } from '../words/en.ts'
import { code } from '../words/quoted.ts'
import type { Envelope, Outgoing } from '../queue/port.ts'
import { type Together, asOne } from './burst.ts'
import { answeredAt } from './place.ts'
import type { Warm } from './warm.ts'
import { notice } from '../queue/notice.ts'

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

export interface TakingParts {
  readonly desk: FileDesk
  readonly warm: Pick<Warm, 'workspace' | 'record' | 'walls'>
  readonly log: Log
  /** Of whoever asked. */
  readonly words: Words
  /** What is asked in place of the messages' own words, and with which files of the workspace; absent: those. */
  readonly asked?: { readonly text: string; readonly files?: readonly string[] } | undefined
  /** Puts a reply into the outbox that ends nothing. */
  readonly post: (reply: Outgoing) => Promise<unknown>
}

/**
 * Files first: Claude is told of those that came, the chat of those that did not. Takes the messages of one turn in
 * their order. Throws the signal's reason, and {@link ClaudeError} where there is no such folder any more.
 */
export async function takeFiles(
  messages: Together,
  parts: TakingParts,
  signal: AbortSignal,
): Promise<Received> {
  const { warm } = parts
  const received = await fetched(messages, parts, signal)
  const notice = failureNotice(messages[0], received, parts.words)
  if (notice !== undefined) await parts.post(notice)
  if (warm.record?.folder === undefined) return received
  // Claude works elsewhere: from there the way to the workspace has to be whole.
  const files = received.files.map((file) => ({ ...file, path: resolve(warm.workspace, file.path) }))
  return { ...received, files }
}

/** Puts the files into the workspace, and reads those of it that the text names. */
async function fetched(
  messages: Together,
  { desk, warm, log, asked }: TakingParts,
  signal: AbortSignal,
): Promise<Received> {
  const { attachments = [], text: written } = asOne(messages).message
  const { text, files: kept = [] } = asked ?? { text: written }
  if (attachments.length + kept.length === 0 && !text.includes('@')) return nothingReceived
  const { workspace } = warm
  await mkdir(workspace, { recursive: true, mode: 0o700 })
  const walls = await warm.walls()
  let room = mostShownBytes
  const [files, failed]: [Received['files'][number][], Received['failed'][number][]] = [[], []]
  for (const { message } of messages) {
    const download = desk.download(message.address)
    const more = { workspace, temporary: desk.temporary, limits: desk.limits(), download, log, signal, room }
    const got = await receiveFiles(message.attachments ?? [], more)
    for (const { image, bytes } of got.files) if (image !== undefined) room -= bytes
    files.push(...got.files)
    failed.push(...got.failed)
  }
  for (const path of kept) {
    const [found] = await quoteNamed([[join(workspace, path)]], walls, log)
    if (found === undefined) failed.push({ name: path, not: { why: 'lost' } })
    else files.push(withoutText(found))
  }
  return { files, failed, quoted: await quoteFiles(text, walls, log) }
}

/** What came along is named to Claude, not told. */
function withoutText({ text: _text, ...file }: Received['quoted'][number]): Received['files'][number] {
  return file
}

/** The pictures among them, in the order in which the prompt names them. */
export function imagesOf({ files, quoted }: Received): ImageContent[] {
  return [...files, ...quoted].flatMap(({ image }) => (image === undefined ? [] : [image]))
}

/** Tells the chat what was not taken or cannot be seen; undefined: there is nothing to tell. The same however often the turn is run. */
function failureNotice(
  { id, conversation, message }: Envelope,
  received: Received,
  words: Words,
): Outgoing | undefined {
  const failed = received.failed.map(
    ({ name, not }) => `- ${words.format.entry(code(name), reasonOf(not, words))}`,
  )
  const all = [...received.files, ...received.quoted]
  const damaged = all.flatMap(({ path, damaged: is }) => (is === true ? [`- ${code(path)}`] : []))
  if (failed.length + damaged.length === 0) return undefined
  const key = `${id}/files`
  const parts = [
    failed.length === 0 ? '' : `${words.files.failed}\n\n${failed.join('\n')}`,
    damaged.length === 0 ? '' : `${words.files.damaged}\n\n${damaged.join('\n')}`,
  ]
  const markdown = parts.filter((part) => part !== '').join('\n\n')
  return notice({ key, conversation, address: answeredAt(message).address }, markdown)
}
