/** What Claude may send to the chat besides its answer: a file of the workspace, a word on how it goes. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type OfferedTool, ToolRefusal, offerTool } from '../claude/offered-tools.ts'
import type { Address, Picture, Reply } from '../contract.ts'
import { FileError } from '../files/error.ts'
import { type OutboxDirs, dropFile, keepFile } from '../files/outbox.ts'
import { sizeText } from '../files/size.ts'
import { type Walls, openWithin } from '../files/walls.ts'
import type { Activation, Envelope, Queue } from '../queue/port.ts'
import { picturesNamed } from './pictures.ts'
import { answeredAt } from './place.ts'

/** How files go out. One for the whole bot. */
export interface SendDesk {
  /** Where copies are kept until this chat has them. */
  readonly dirs: (address: Address) => OutboxDirs
  readonly limits: () => { readonly maxBytes: number; readonly perTurn: number }
  /** The largest file that this chat takes; 0: none. */
  readonly fileBytes: (address: Address) => number
  /** The largest picture that this chat shows in a text; 0: none. */
  readonly pictureBytes: (address: Address) => number
}

/** The turn that the tools work for. */
interface Served {
  readonly envelope: Envelope
  /** Of whoever asked. */
  readonly language: string
  readonly walls: () => Promise<Walls>
  /** True once something is on its way to the user. */
  sent: boolean
  files: number
  /** How often each text was sent. */
  readonly messages: Map<string, number>
}

const longestMessage = 4000

const texts = {
  sendFile: `Sends a file to the user in the chat: a picture, a document, an archive that was asked for. The user cannot see your files, so one that is meant for the user has to be sent. Takes a path in the folder that you work in, or in the user's workspace.`,
  sendMessage:
    'Sends a short message to the user at once, while you go on working: for progress in long work, or for something that cannot wait. Your answer is sent anyway when you are done: do not repeat it here.',
  path: 'Path of the file: absolute, or from the folder on that you work in.',
  caption: 'One line that is shown with the file.',
  text: 'Markdown.',
  nobody: 'There is no message that this would answer.',
  sent: 'Sent.',
  sentBefore: 'The user has this file from this turn already.',
  inWords:
    'This chat takes no files: the user was told the name and the size. Say what is in it, if that helps.',
  enough: (most: number) => `No more than ${most} can be sent in one turn. Say the rest in your answer.`,
  large: (bytes: number, most: number) =>
    `The file has ${sizeText(bytes)}, and this chat takes ${sizeText(most)}. Make it smaller or send a part of it.`,
}

const FileInput = z.object({
  path: z.string().min(1).describe(texts.path),
  caption: z.string().max(longestMessage).optional().describe(texts.caption),
})
const MessageInput = z.object({ text: z.string().trim().min(1).max(longestMessage).describe(texts.text) })

export class ChatTools {
  readonly offered: readonly OfferedTool[]
  readonly #desk: SendDesk
  readonly #queue: Pick<Queue, 'post'>
  readonly #now: Activation['now']
  #served: Served | undefined

  /** `now`: a message as it stands now. */
  constructor(desk: SendDesk, queue: Pick<Queue, 'post'>, now: Activation['now']) {
    this.#now = now
    this.#desk = desk
    this.#queue = queue
    this.offered = [
      offerTool('send_file', texts.sendFile, FileInput, (input) => this.#sendFile(input)),
      offerTool('send_message', texts.sendMessage, MessageInput, ({ text }) => this.#sendMessage(text)),
    ]
  }

  /** From now on they work for this message; also for what Claude does by itself afterwards. */
  serve(envelope: Envelope, language: string, walls: () => Promise<Walls>): void {
    this.#served = { envelope, language, walls, sent: false, files: 0, messages: new Map() }
  }

  /** Has the user been sent anything for the message that they work for now? */
  get sent(): boolean {
    return this.#served?.sent === true
  }

  /** The pictures of the user's folder that this text shows, as copies for the chat. What is none, or too large, stays out. */
  async pictures(markdown: string): Promise<readonly Picture[]> {
    const served = this.#served
    const most = served === undefined ? 0 : this.#desk.pictureBytes(this.#address(served.envelope))
    if (served === undefined || most === 0) return []
    const { maxBytes, perTurn } = this.#desk.limits()
    const pictures: Picture[] = []
    for (const { src, path } of picturesNamed(markdown).slice(0, perTurn)) {
      try {
        const kept = await this.#keep(served, path, Math.min(maxBytes, most))
        pictures.push({ src, path: kept.path, bytes: kept.bytes })
      } catch (error) {
        if (!(error instanceof ToolRefusal)) throw error
      }
    }
    return pictures
  }

  async #sendFile({ path, caption }: z.infer<typeof FileInput>): Promise<string> {
    const served = this.#current()
    this.#bound(served.files)
    const { envelope, language } = served
    const takes = this.#desk.fileBytes(this.#address(envelope))
    const most = Math.min(this.#desk.limits().maxBytes, takes || Infinity)
    // Counted before it is tried: what is refused costs work too.
    served.files += 1
    const kept = await this.#keep(served, path, most)
    const key = `${envelope.id}/file/${kept.digest.slice(0, 32)}`
    const { name, bytes } = kept
    const words = caption === undefined ? { language } : { language, caption }
    const isNew = await this.#post(served, { kind: 'file', key, path: kept.path, name, bytes, ...words })
    // An attempt that a crash cut short has promised the same file: its copy is the one that is sent.
    if (!isNew) await dropFile(kept.path)
    if (!isNew) return texts.sentBefore
    return takes === 0 ? texts.inWords : texts.sent
  }

  async #keep({ envelope, walls }: Served, path: string, most: number): ReturnType<typeof keepFile> {
    try {
      await using file = await openWithin(await walls(), path)
      if (file.bytes > most) throw new ToolRefusal(texts.large(file.bytes, most))
      return await keepFile(file, this.#desk.dirs(this.#address(envelope)))
    } catch (error) {
      if (error instanceof FileError) throw new ToolRefusal(`Not sent: ${error.message}.`, { cause: error })
      throw error
    }
  }

  async #sendMessage(markdown: string): Promise<string> {
    const served = this.#current()
    const { envelope, messages } = served
    this.#bound([...messages.values()].reduce((sum, times) => sum + times, 0))
    const times = (messages.get(markdown) ?? 0) + 1
    messages.set(markdown, times)
    // By what it says: a turn that is run again after a crash does not say it twice.
    const name = createHash('sha256').update(`${times}\0${markdown}`).digest('hex').slice(0, 32)
    await this.#post(served, {
      kind: 'text',
      key: `${envelope.id}/message/${name}`,
      markdown,
      tone: 'answer',
    })
    return texts.sent
  }

  /** False: it was put into the outbox before. */
  async #post(served: Served, reply: Reply): Promise<boolean> {
    const { conversation } = served.envelope
    const outgoing = { key: reply.key, conversation, address: this.#address(served.envelope), reply }
    const isNew = (await this.#queue.post([outgoing])) > 0
    served.sent = true
    return isNew
  }

  #address(envelope: Envelope): Address {
    return answeredAt(this.#now(envelope).message).address
  }

  #current(): Served {
    if (this.#served === undefined) throw new ToolRefusal(texts.nobody)
    return this.#served
  }

  #bound(sent: number): void {
    const { perTurn } = this.#desk.limits()
    if (sent >= perTurn) throw new ToolRefusal(texts.enough(perTurn))
  }
}
