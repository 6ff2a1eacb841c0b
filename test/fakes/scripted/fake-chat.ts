/** A chat platform played by a test: it keeps what people see, delivers until acknowledged, and can misbehave. */
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type {
  Address,
  Attachment,
  HeardMark,
  Inbound,
  PromptReply,
  Reply,
  Sent,
} from '../../../src/contract.ts'
import { type Call, type Calls, type Line, type Method, type Refusal, onLine, sendLine } from './wire.ts'
import { Looking } from '../looking.ts'

/** A message as people see it. */
export interface Shown {
  readonly id: string
  readonly address: Address
  readonly key: string
  text: string
  /** What it was before, oldest first. */
  readonly before: string[]
  reply: Reply
  /** What was uploaded. */
  readonly content?: Buffer
}

export interface SayOptions {
  readonly channel?: string
  readonly thread?: string
  readonly direct?: boolean
  /** The platform's id of the message; the same id twice is a redelivery. */
  readonly id?: string
  readonly files?: readonly SentFile[]
  /** The language in which the user has the chat. */
  readonly locale?: string
  /** What the chat says they are in. */
  readonly groups?: readonly string[]
  /** How long ago it was written, milliseconds. */
  readonly ago?: number
}

/** A file that somebody sends along. */
export interface SentFile {
  readonly name: string
  readonly content: Buffer | string
  /** What the chat says of it, which need not be true. */
  readonly bytes?: number
  readonly mime?: string
}

/** `name`: the adapter's. */
export async function openFakeChat(path: string, name = 'scripted'): Promise<FakeChat> {
  const chat = new FakeChat(name)
  await chat.listen(path)
  onTestFinished(() => chat.close())
  return chat
}

export class FakeChat extends Looking {
  readonly shown: Shown[] = []
  readonly #server: Server = createServer((socket) => this.#connected(socket))
  readonly #undelivered = new Map<number, { inbound: Inbound; settled: (receipt: string) => void }>()
  readonly #refusals: { method: Method; refusal: Refusal; after: boolean }[] = []
  readonly #files = new Map<string, Buffer>()
  readonly #streams = new Map<string, Shown>()
  /** All that arrived, heard or not. */
  readonly #past: Inbound[] = []
  #socket: Socket | undefined
  #ids = 0
  readonly #name: string

  constructor(name: string) {
    super()
    this.#name = name
  }

  async listen(path: string): Promise<void> {
    this.#server.listen(path)
    await once(this.#server, 'listening')
  }

  /** The connection breaks; the adapter makes another. */
  drop(): void {
    this.#socket?.destroy()
  }

  async close(): Promise<void> {
    this.#socket?.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  /** Somebody writes. Resolves with the receipt once the bot has acknowledged it, however often it had to be delivered. */
  say(user: string, text: string, options: SayOptions = {}): Promise<string> {
    const attachments = options.files?.map((file) => this.#attach(file))
    return this.deliver({
      kind: 'message',
      text,
      ...(attachments === undefined ? {} : { attachments }),
      ...this.#arrival(user, options),
    })
  }

  /** Somebody edits a message of their own. */
  edit(user: string, of: string, text: string, options: SayOptions = {}): Promise<string> {
    return this.deliver({ kind: 'edit', of, text, ...this.#arrival(user, options) })
  }

  /** Somebody deletes a message. */
  remove(user: string, of: string, options: SayOptions = {}): Promise<string> {
    return this.deliver({ kind: 'deletion', of, ...this.#arrival(user, options) })
  }

  /** Somebody presses a button. */
  press(
    user: string,
    prompt: PromptReply,
    choice: string | readonly string[],
    text?: string,
    options: SayOptions = {},
  ): Promise<string> {
    const words = text === undefined ? {} : { text }
    return this.deliver({
      kind: 'answer',
      prompt: prompt.prompt,
      choices: typeof choice === 'string' ? [choice] : choice,
      ...words,
      ...this.#arrival(user, options),
    })
  }

  #attach({ name, content, ...said }: SentFile): Attachment {
    const id = `f${++this.#ids}`
    this.#files.set(id, Buffer.from(content))
    return { id, name, ...said }
  }

  /** Somebody writes while the platform has nobody to tell: only the chat's history has it. */
  writeUnheard(user: string, text: string, options: SayOptions = {}): void {
    this.#past.push({ kind: 'message', text, ...this.#arrival(user, options) })
  }

  /** The adapter notices that it was out of touch since then. */
  tellOfGap(since: number): void {
    if (this.#socket !== undefined) sendLine(this.#socket, { type: 'gap', id: 0, since })
  }

  deliver(inbound: Inbound): Promise<string> {
    this.#past.push(inbound)
    const id = ++this.#ids
    return new Promise((settled) => {
      this.#undelivered.set(id, { inbound, settled })
      if (this.#socket !== undefined) sendLine(this.#socket, { type: 'event', id, inbound })
    })
  }

  /** The next call of this method is refused; `after`: it is carried out first. */
  refuse(method: Method, refusal: Refusal, after = false): void {
    this.#refusals.push({ method, refusal, after })
  }

  /** Resolves when what is to be refused has been. */
  refused(): Promise<true> {
    return this.until(() => (this.#refusals.length === 0 ? true : undefined))
  }

  /** What stands in a channel, in order. */
  in(channel: string): Shown[] {
    return this.shown.filter(({ address }) => address.channel === channel)
  }

  /** Waits until something that stands in the channel satisfies the condition. */
  async see(channel: string, what: RegExp | ((shown: Shown) => boolean)): Promise<Shown> {
    const fits = what instanceof RegExp ? ({ text }: Shown) => what.test(text) : what
    return this.until(() => this.in(channel).find(fits))
  }

  /** Waits until a message in the channel has been brought to its end with such a text. */
  seeEnd(channel: string, text: RegExp): Promise<Shown> {
    return this.see(channel, (shown) => isFinal(shown) && text.test(shown.text))
  }

  async seePrompt(channel: string): Promise<PromptReply> {
    const { reply } = await this.see(channel, isOpenPrompt)
    if (reply.kind !== 'prompt') throw new Error('not a prompt')
    return reply
  }

  #arrival(user: string, options: SayOptions): Omit<Inbound, 'kind' | 'text' | 'prompt' | 'choices'> {
    const {
      channel = user,
      thread,
      direct = channel === user,
      id = `m${++this.#ids}`,
      locale,
      groups,
      ago = 0,
    } = options
    const address = { adapter: this.#name, channel, ...(thread === undefined ? {} : { thread }) }
    const from = {
      id: user,
      ...(locale === undefined ? {} : { locale }),
      ...(groups === undefined ? {} : { groups }),
    }
    return { id, at: Date.now() - ago, from, address, direct }
  }

  #connected(socket: Socket): void {
    this.#socket = socket
    socket.on('error', () => undefined)
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined
      // What a stream has shown stays; nobody can go on with it.
      this.#streams.clear()
    })
    onLine(socket, (line) => this.#take(socket, line))
    for (const [id, { inbound }] of this.#undelivered) sendLine(socket, { type: 'event', id, inbound })
  }

  #take(socket: Socket, line: Line): void {
    if (line.type === 'ack') {
      this.#undelivered.get(line.id)?.settled(line.receipt)
      this.#undelivered.delete(line.id)
    }
    if (line.type === 'call') this.#call(socket, line.id, line.call)
    this.looked()
  }

  #call(socket: Socket, id: number, call: Call): void {
    const index = this.#refusals.findIndex((each) => each.method === call.method)
    const [refused] = index === -1 ? [] : this.#refusals.splice(index, 1)
    if (call.method === 'edit' && !this.shown.some(({ id: each }) => each === call.params.sent.id)) {
      const refusal: Refusal = { code: 'gone', message: 'no such message' }
      return sendLine(socket, { type: 'refused', id, refusal })
    }
    if (refused === undefined || refused.after) {
      const result = this.#carryOut(call)
      if (refused === undefined) return sendLine(socket, { type: 'result', id, result })
    }
    sendLine(socket, { type: 'refused', id, refusal: refused.refusal })
  }

  #carryOut({ method, params }: Call): unknown {
    switch (method) {
      case 'send':
        return this.#show(params)
      case 'edit':
        return this.#edit(params)
      case 'find':
        return this.#find(params)
      case 'download':
        return this.#halves(params.attachment.id)
      case 'history':
        return this.#after(params.marks)
      case 'stream.show':
        return this.#stream(params)
      case 'stream.finish':
        return this.#finish(params)
      case 'stream.abandon':
        return this.#abandon(params)
      case 'typing':
        return undefined
    }
  }

  #show({ to, reply, content }: Calls['send']): Sent {
    const shown = {
      id: `s${++this.#ids}`,
      address: to,
      key: reply.key,
      text: textOf(reply),
      before: [],
      reply,
      ...(content === undefined ? {} : { content: Buffer.from(content, 'base64') }),
    }
    this.shown.push(shown)
    return { address: to, id: shown.id }
  }

  #edit({ sent, reply }: Calls['edit']): void {
    const shown = this.shown.find(({ id }) => id === sent.id)
    if (shown === undefined) return
    shown.before.push(shown.text)
    Object.assign(shown, { text: textOf(reply), reply })
  }

  /** Messages after the marks, in the chats that they name. */
  #after(marks: readonly HeardMark[]): Inbound[] {
    const isAfter = ({ kind, id, at, address: { channel, thread } }: Inbound): boolean =>
      kind === 'message' &&
      marks.some(
        ({ address, ...mark }) =>
          address.channel === channel && address.thread === thread && at >= mark.at && id !== mark.id,
      )
    return this.#past.filter(isAfter)
  }

  #halves(id: string): string[] {
    const content = this.#files.get(id) ?? Buffer.alloc(0)
    const middle = content.length >> 1
    return [content.subarray(0, middle), content.subarray(middle)].map((half) => half.toString('base64'))
  }

  #find({ to, key }: Calls['find']): Sent | undefined {
    const found = this.shown.find((each) => each.key === key && each.address.channel === to.channel)
    return found && { address: to, id: found.id }
  }

  #stream({ to, key, view }: Calls['stream.show']): Sent {
    const reply: Reply = { kind: 'text', key, markdown: view.markdown, tone: 'answer', draft: true }
    const open = this.#streams.get(key)
    if (open === undefined) {
      const sent = this.#show({ to, reply })
      const shown = this.shown.find(({ id }) => id === sent.id)
      if (shown !== undefined) this.#streams.set(key, shown)
      return sent
    }
    const sent = { address: to, id: open.id }
    this.#edit({ sent, reply })
    return sent
  }

  #finish({ to, key, reply }: Calls['stream.finish']): boolean {
    const open = this.#streams.get(key)
    if (open === undefined) this.#show({ to, reply })
    else this.#edit({ sent: { address: to, id: open.id }, reply })
    this.#streams.delete(key)
    return true
  }

  #abandon({ key }: Calls['stream.abandon']): void {
    const open = this.#streams.get(key)
    if (open !== undefined) this.shown.splice(this.shown.indexOf(open), 1)
    this.#streams.delete(key)
  }
}

/** Does this tell how a message ended? */
export function isFinal({ reply }: Shown): boolean {
  return reply.kind === 'text' && reply.outcome !== undefined
}

function isOpenPrompt({ reply }: Shown): boolean {
  return reply.kind === 'prompt' && reply.settled === undefined
}

function textOf(reply: Reply): string {
  if (reply.kind === 'file') return `${reply.caption ?? ''}[file ${reply.name}]`
  return reply.kind === 'text' ? reply.markdown : `${reply.title}\n\n${reply.markdown}`
}
