/** Changes to messages that wait, by whoever asks for them: looked at first, then made if nothing changed meanwhile. */
import { z } from 'zod'
import type { Message } from '../../contract.ts'
import { QueueError } from '../port.ts'
import type { Account, Amended, Envelope, Outgoing, Withdrawn } from '../port.ts'
import type { Connection } from './connection.ts'
import * as lua from './lua/inbox.ts'
import { markOf, parse, replyRow, storedAll } from './rows.ts'

/** So often something else may change between a look and the change. */
const MOST_TRIES = 50

const Look = z.union([
  z.tuple([
    z.string(),
    z.string().nullable(),
    z.string(),
    z.number(),
    z.enum(['answered', 'failed', 'cancelled']).nullable(),
    z.string(),
  ]),
  z.tuple([]),
])
const Author = z.object({ from: z.object({ id: z.string() }), text: z.string() })
const Ids = z.array(z.string())

interface Parts {
  readonly node: string
  readonly connection: Connection
  /** Does this node send replies itself? */
  readonly sends: () => boolean
}

export class Changes {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async account(id: string): Promise<Account | undefined> {
    const found = await this.#look(id)
    if (found === undefined) return undefined
    const { conversation, works, outcome, undelivered } = found
    return { id, conversation, state: outcome ?? (works ? 'running' : 'waiting'), undelivered }
  }

  async amend(id: string, edit: Pick<Message, 'from' | 'text'>): Promise<Amended> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const found = await this.#look(id)
      if (found === undefined) return 'unknown'
      const { message: was, mark } = found
      if (was === undefined) return amendPast(mark, edit)
      const { from, text } = Author.parse(JSON.parse(was))
      if (from.id !== edit.from.id) return 'unknown'
      if (text === edit.text) return 'unchanged'
      const message = { ...Author.loose().parse(JSON.parse(was)), text: edit.text }
      const values = {
        id,
        was,
        message: JSON.stringify(message),
        mark: markOf({ from: edit.from, text: edit.text }),
      }
      const done = await this.#parts.connection.script(lua.amend, values)
      if (done === 2) return 'running'
      if (done === 1) return 'amended'
    }
    throw unsettled(id)
  }

  async withdraw(
    id: string,
    replies: readonly Outgoing[],
  ): Promise<{ state: Withdrawn; conversation?: string }> {
    const values = { id, ...this.#rows(replies) }
    const [done, conversation] = z
      .tuple([z.number()], z.string())
      .parse(await this.#parts.connection.script(lua.withdraw, values))
    if (done === 1 && conversation !== undefined) return { state: 'withdrawn', conversation }
    if (done === 2) return { state: 'running' }
    return { state: (await this.#look(id)) === undefined ? 'unknown' : 'ended' }
  }

  /** Ends what waits and nobody works on. What `replies` throws leaves everything as it is. */
  async cancel(
    conv: string,
    replies: (envelope: Envelope) => readonly Outgoing[],
  ): Promise<readonly { readonly envelope: Envelope; readonly replies: readonly Outgoing[] }[]> {
    const waiting = await this.#waiting(conv)
    const wanted = waiting
      .filter(({ extra }) => extra === 0)
      .map(({ envelope }) => ({ envelope, replies: replies(envelope) }))
    const list = wanted.map(({ envelope: { id }, replies }) => ({ id, replies: replies.map(replyRow) }))
    if (list.length === 0) return []
    const values = { conv, list, sends: this.#parts.sends() }
    const ended = new Set(parse(Ids, await this.#parts.connection.script(lua.cancel, values)))
    return wanted.filter(({ envelope }) => ended.has(envelope.id))
  }

  async move(
    conv: string,
    fits: (envelope: Envelope) => boolean,
    to: NonNullable<Message['movedTo']>,
    replies: (moved: readonly Envelope[]) => readonly Outgoing[],
  ): Promise<{ readonly moved: readonly Envelope[]; readonly outgoing: readonly Outgoing[] }> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const all = await this.#waiting(conv)
      const moved = all.map(({ envelope }) => envelope).filter((envelope) => fits(envelope))
      const outgoing = replies(moved)
      const values = {
        conv,
        node: this.#parts.node,
        seen: all.map(({ envelope: { id, message } }) => ({ id, was: JSON.stringify(message) })),
        list: moved.map(({ id, message }) => ({ id, message: JSON.stringify({ ...message, movedTo: to }) })),
        ...this.#rows(outgoing),
      }
      const [done] = parse(z.tuple([z.number()]), await this.#parts.connection.script(lua.move, values))
      if (done === 1) return { moved, outgoing }
    }
    throw unsettled(conv)
  }

  async #waiting(conv: string): Promise<ReturnType<typeof storedAll>> {
    return storedAll(await this.#parts.connection.script(lua.waiting, { conv, most: 0 }))
  }

  async #look(id: string): Promise<Looked | undefined> {
    const row = parse(Look, await this.#parts.connection.script(lua.look, { id }))
    if (row.length === 0) return undefined
    const [conversation, message, mark, works, outcome, undelivered] = row
    return {
      conversation,
      message: message ?? undefined,
      mark,
      works: works === 1,
      outcome: outcome ?? undefined,
      undelivered: Number(undelivered),
    }
  }

  #rows(replies: readonly Outgoing[]): object {
    return { replies: replies.map(replyRow), sends: this.#parts.sends() }
  }
}

interface Looked {
  readonly conversation: string
  /** As it was written; undefined: it has ended. */
  readonly message: string | undefined
  readonly mark: string
  readonly works: boolean
  readonly outcome: 'answered' | 'failed' | 'cancelled' | undefined
  readonly undelivered: number
}

function amendPast(mark: string, edit: Pick<Message, 'from' | 'text'>): Amended {
  const [author, whole] = mark.split('.')
  const [itsAuthor, itsWhole] = markOf(edit).split('.')
  if (author !== itsAuthor) return 'unknown'
  return whole === itsWhole ? 'unchanged' : 'ended'
}

function unsettled(name: string): QueueError {
  return new QueueError('storage', `${name} changes all the time; nothing was changed. Try it again.`)
}
