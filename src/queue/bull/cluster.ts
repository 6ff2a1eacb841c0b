/** The other nodes: who is there, who holds what, and questions among them. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Log } from '../../contract.ts'
import type { Cluster } from '../cluster.ts'
import type { Connection } from './connection.ts'
import { holder, others } from './lua/hold.ts'
import type { Told } from './messages.ts'
import { parse } from './rows.ts'

/** How long an answer of another node is waited for. */
const PATIENCE_MS = 3000

type Asked = Extract<Told, { t: 'ask' }>
type Answered = Extract<Told, { t: 'answer' }>

export class Nodes implements Cluster {
  readonly node: string
  readonly #connection: Connection
  readonly #log: Log
  readonly #waiting = new Map<string, (answer: Answered) => void>()
  #others = 0
  #listener: ((text: string) => void) | undefined
  #handler: ((question: string) => Promise<string>) | undefined

  constructor(node: string, connection: Connection, log: Log) {
    this.node = node
    this.#connection = connection
    this.#log = log
  }

  get others(): number {
    return this.#others
  }

  /** Counts the other nodes anew. */
  async look(): Promise<void> {
    this.#others = Number(await this.#connection.script(others, { node: this.node }))
  }

  async holderOf(conversation: string): Promise<string | undefined> {
    if (this.#others === 0) return undefined
    const found = await this.#connection.script(holder, { conv: conversation.toWellFormed() })
    const node = parse(z.string().nullable(), found)
    return node === null || node === this.node ? undefined : node
  }

  async ask(node: string, question: string): Promise<string> {
    const id = randomUUID()
    const answer = Promise.withResolvers<Answered>()
    const timer = setTimeout(() => answer.reject(new Error(`node ${node} did not answer`)), PATIENCE_MS)
    this.#waiting.set(id, answer.resolve)
    try {
      const asked: Asked = { t: 'ask', id, n: this.node, q: question }
      await this.#connection.tell(`node:${node}`, JSON.stringify(asked))
      const { a, error } = await answer.promise
      if (a === undefined) throw new Error(`node ${node} could not: ${error ?? 'unknown'}`)
      return a
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(id)
    }
  }

  answer(handler: (question: string) => Promise<string>): void {
    this.#handler = handler
  }

  async tell(text: string): Promise<void> {
    if (this.#others === 0) return
    const news: Told = { t: 'news', n: this.node, text }
    await this.#connection.tell('all', JSON.stringify(news))
  }

  hear(listener: (text: string) => void): void {
    this.#listener = listener
  }

  /** Something that is for this part. */
  heard(told: Told): void {
    if (told.t === 'news' && told.n !== this.node) this.#listener?.(told.text)
    if (told.t === 'answer') this.#waiting.get(told.id)?.(told)
    if (told.t === 'ask') void this.#reply(told)
  }

  /** Never rejects. */
  async #reply({ id, n, q }: Asked): Promise<void> {
    const answered = await (this.#handler?.(q) ?? Promise.reject(new Error('it is not ready'))).then(
      (a): Answered => ({ t: 'answer', id, a }),
      (error: unknown): Answered => ({ t: 'answer', id, error: String(error) }),
    )
    try {
      await this.#connection.tell(`node:${n}`, JSON.stringify(answered))
    } catch (err) {
      this.#log.debug({ err }, 'another node asked, and could not be answered')
    }
  }
}
