/** Commands that are answered at once: carried out and settled, in one go with what they answer. */
import type { PageButton, Receipt, Reply } from '../contract.ts'
import { noticeOf } from '../conversation/answer-text.ts'
import type { SendDesk } from '../conversation/chat-tools.ts'
import { dropFile, keepText } from '../files/outbox.ts'
import type { Queue } from '../queue/port.ts'
import { type Desk, type ImmediateCommand, type WithFile, CommandError } from './command.ts'

export interface SendParts {
  readonly queue: Pick<Queue, 'account' | 'settle'>
  readonly sending: Pick<SendDesk, 'dirs' | 'fileBytes'>
}

/** `id`: the message's in the queue. */
export async function runNow(
  command: ImmediateCommand,
  desk: Desk,
  id: string,
  parts: SendParts,
): Promise<Receipt> {
  const { queue } = parts
  const { address } = desk.message
  // Before it acts: a /stop that the platform delivers again must not stop what came after it.
  if ((await queue.account(id)) !== undefined) return 'duplicate'
  const { conversation } = desk.place
  const { said, outcome } = await run(command, desk)
  // Whoever pressed is told so by the adapter; the chat need not read it.
  if (outcome === 'failed' && desk.message.receipted === true) return 'refused'
  const { words, file, buttons } = await told(said, id, desk, parts)
  const answer = { ...noticeOf(`${id}/answer`, outcome, words), ...(buttons !== undefined && { buttons }) }
  const lane = command.beside === true ? `beside/${conversation}` : conversation
  const replies: Reply[] = file === undefined ? [answer] : [file, answer]
  const receipt = await queue.settle(
    id,
    conversation,
    desk.message,
    outcome,
    replies.map((reply) => ({ key: reply.key, conversation: lane, address, reply })),
  )
  if (receipt === 'duplicate') {
    if (file !== undefined) await dropFile(file.path)
  } else await command.afterwards?.(desk)
  return receipt
}

type Said = Awaited<ReturnType<ImmediateCommand['run']>>

/** What of it goes into the chat. */
interface Told {
  readonly words: string
  readonly file?: Extract<Reply, { kind: 'file' }>
  readonly buttons?: readonly PageButton[]
}

async function told(said: Said, id: string, desk: Desk, parts: SendParts): Promise<Told> {
  if (typeof said === 'string') return { words: said }
  return 'file' in said ? kept(said, id, desk, parts) : said
}

async function run(
  command: ImmediateCommand,
  desk: Desk,
): Promise<{ said: Said; outcome: 'answered' | 'failed' }> {
  try {
    return { said: await command.run(desk), outcome: 'answered' }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    return { said: error.message, outcome: 'failed' }
  }
}

/** A copy on our own disk, from which it is sent; only words where the chat takes no such file. */
async function kept(
  { words, file, inWords }: WithFile,
  id: string,
  { message: { address } }: Desk,
  { sending }: SendParts,
): Promise<Told> {
  if (sending.fileBytes(address) < Buffer.byteLength(file.content)) return { words: inWords }
  const { path, name, bytes } = await keepText(file, sending.dirs(address))
  return { words, file: { kind: 'file', key: `${id}/file`, path, name, bytes, mime: file.mime } }
}
