/** A chat in memory, with an adapter that can what it is told to, and fails when it is told to. */
import {
  type Adapter,
  type Address,
  type Log,
  type Reply,
  type ReplyStream,
  type Sent,
  type TurnView,
  AdapterError,
} from '../../../src/contract.ts'

export const address: Address = { adapter: 'chat', channel: 'c' }
export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** What a call does instead of going well: fails, or fails after all was done. */
export type Trouble = AdapterError | 'lost answer'
export type Ability = 'edit' | 'stream' | 'find' | 'typing'

interface Standing {
  readonly id: string
  readonly key: string
  readonly reply: Reply
}

export class Chat {
  /** Messages as they stand, in order. */
  readonly standing: Standing[] = []
  /** Calls that came, e.g. `send`, `edit`. */
  readonly calls: string[] = []
  /** What the next calls of these kinds meet, one each. */
  readonly troubles: { on: string; trouble: Trouble }[] = []
  /** What the native stream shows, while one is open. */
  streaming: string | undefined
  /** True: the stream is a message of the chat, that says where it stands. */
  streamsMessages = false
  /** False: the stream says that it cannot finish. A number: it holds so many parts of the reply. */
  finishes: boolean | number = true
  readonly adapter: Adapter
  #ids = 0

  constructor(can: readonly Ability[], limits = { text: 60, editEvery: 1000, buttons: 4 }) {
    const adapter: Adapter = {
      name: 'chat',
      limits,
      start: async () => {},
      stop: async () => {},
      measure: (markdown) => markdown.length,
      send: (_to, reply) => this.#do('send', () => this.#post(reply)),
    }
    if (can.includes('edit'))
      adapter.edit = (sent, reply) => this.#do('edit', () => this.#replace(sent, reply))
    if (can.includes('find')) adapter.find = (_to, key) => this.#do('find', () => this.#find(key))
    if (can.includes('typing')) adapter.typing = () => this.#do('typing', () => undefined)
    if (can.includes('stream')) adapter.stream = (_to, key) => this.#stream(key)
    this.adapter = adapter
  }

  get texts(): string[] {
    return this.standing.map(({ reply }) => (reply.kind === 'file' ? `[file ${reply.name}]` : reply.markdown))
  }

  fail(on: string, ...troubles: Trouble[]): void {
    this.troubles.push(...troubles.map((trouble) => ({ on, trouble })))
  }

  async #do<T>(call: string, act: () => T): Promise<T> {
    this.calls.push(call)
    const index = this.troubles.findIndex(({ on }) => on === call)
    const [met] = index < 0 ? [] : this.troubles.splice(index, 1)
    if (met !== undefined && met.trouble !== 'lost answer') throw met.trouble
    const result = act()
    if (met !== undefined) throw new AdapterError('network', 'the answer was lost', { uncertain: true })
    return result
  }

  /** A platform with `find` drops nothing by itself; one without drops a repeated key. */
  #post(reply: Reply): Sent {
    const known = this.#find(reply.key)
    if (known !== undefined && this.adapter.find === undefined) return known
    this.#ids += 1
    const id = String(this.#ids)
    this.standing.push({ id, key: reply.key, reply })
    return { address, id }
  }

  #replace(sent: Sent, reply: Reply): void {
    const index = this.standing.findIndex(({ id }) => id === sent.id)
    if (index < 0) throw new AdapterError('gone', 'no such message')
    this.standing[index] = { id: sent.id, key: reply.key, reply }
  }

  #find(key: string): Sent | undefined {
    const found = this.standing.find((each) => each.key === key)
    return found === undefined ? undefined : { address, id: found.id }
  }

  #stream(key: string): ReplyStream {
    return this.streamsMessages ? this.#messageStream(key) : this.#plainStream(key)
  }

  #messageStream(key: string): ReplyStream {
    let sent: Sent | undefined
    const put = (reply: Reply): void => {
      if (sent === undefined) sent = this.#post(reply)
      else this.#replace(sent, reply)
    }
    return {
      get sent() {
        return sent
      },
      show: ({ markdown }) =>
        this.#do('show', () => put({ kind: 'text', key, markdown, tone: 'answer', draft: true })),
      finish: (reply) => this.#do('finish', () => this.finishes !== false && (put(reply), true)),
      abandon: async () => {
        this.calls.push('abandon')
        const index = this.standing.findIndex(({ id }) => id === sent?.id)
        if (index >= 0) this.standing.splice(index, 1)
      },
    }
  }

  #plainStream(key: string): ReplyStream {
    return {
      show: (view: TurnView) =>
        this.#do('show', () => {
          this.streaming = view.markdown
        }),
      finish: (reply, parts = []) =>
        this.#do('finish', () => {
          if (this.finishes === false) return false
          this.streaming = undefined
          if (typeof this.finishes === 'number')
            return parts.slice(0, this.finishes).map((part) => this.#post(part))
          this.#post({ ...reply, key })
          return true
        }),
      abandon: async () => {
        this.calls.push('abandon')
        this.streaming = undefined
      },
    }
  }
}
