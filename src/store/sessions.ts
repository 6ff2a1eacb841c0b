/** Sessions with Claude: one of a conversation is active, others rest, those left alone for long are put away. */
import { z } from 'zod'
import { type Backend, exclusiveFor } from './backend.ts'
import { Lanes } from './lanes.ts'
import { SessionRecord } from './records.ts'
import { Shelf } from './shelf.ts'

export interface Sessions {
  /** The active one. */
  get(conversation: string): Promise<SessionRecord | undefined>
  /** Writes the active one in place of the one before, which is forgotten. */
  set(record: SessionRecord): Promise<void>
  delete(conversation: string): Promise<void>
  /** The active ones of all conversations, in no order. */
  all(): AsyncIterable<SessionRecord>
  /** Those of a conversation that rest or are put away, oldest first. */
  others(conversation: string): Promise<readonly SessionRecord[]>
  /** Makes it the active one; the one before rests, if anything was said in it. All of it or nothing. */
  activate(record: SessionRecord): Promise<void>
  /** What fits of one conversation is the other's from now on; where that had none, the one used last is active there. */
  move(from: string, into: string, fits: (record: SessionRecord) => boolean): Promise<void>
  /** Puts those away that were not used since `before`, the active one too. Returns how many. */
  putAway(conversation: string, before: number, at: number): Promise<number>
}

/** Under a conversation's name its active session; under `others/<conversation>` the rest of them. */
const Row = z.union([SessionRecord, z.array(SessionRecord)])
const List = z.array(SessionRecord)

export function openSessions(backend: Backend): Sessions {
  const shelf = new Shelf('sessions', Row, backend)
  const lanes = new Lanes(exclusiveFor('sessions', backend))
  const get: Sessions['get'] = async (conversation) =>
    SessionRecord.optional().parse(await shelf.get(conversation))
  const others: Sessions['others'] = async (conversation) =>
    List.parse((await shelf.get(otherKey(conversation))) ?? [])
  return {
    get,
    others,
    set: (record) => lanes.run(record.conversation, () => shelf.set(record.conversation, record)),
    delete: (conversation) => shelf.deleteMany([conversation, otherKey(conversation)]),
    all: async function* all() {
      for await (const row of shelf.values()) if (!Array.isArray(row)) yield row
    },
    activate: (record) =>
      lanes.run(record.conversation, async () => {
        const { conversation, sessionId } = record
        const before = await get(conversation)
        const known = [...(await others(conversation)), ...(before?.started === true ? [before] : [])]
        const resting = known.filter((other) => other.sessionId !== sessionId)
        await shelf.setMany([
          [conversation, record],
          [otherKey(conversation), resting],
        ])
      }),
    move: (from, into, fits) => {
      const work = async (): Promise<void> => {
        const [active, resting] = [await get(from), await others(from)]
        const gone = (record: SessionRecord): boolean => record.conversation === from && fits(record)
        const leaving = [...resting, ...(active === undefined ? [] : [active])].filter(gone)
        if (leaving.length === 0) return
        const moved = leaving.map((record) => ({ ...record, conversation: into }))
        const there = await get(into)
        const chosen = there ?? moved.toSorted((a, b) => b.lastAt - a.lastAt)[0]
        const known = [...(await others(into)), ...moved]
        const rest = new Map(known.map((record) => [record.sessionId, record]))
        if (chosen !== undefined) rest.delete(chosen.sessionId)
        await shelf.setMany([
          [otherKey(into), [...rest.values()]],
          [otherKey(from), resting.filter((record) => !gone(record))],
          ...(chosen === undefined ? [] : [[into, chosen] as const]),
        ])
        // Second: a crash between the two leaves it in both places.
        if (active !== undefined && gone(active)) await shelf.deleteMany([from])
      }
      const [first = from, second = into] = [from, into].toSorted()
      return lanes.run(first, () => lanes.run(second, work))
    },
    putAway: (conversation, before, at) =>
      lanes.run(conversation, async () => {
        const active = await get(conversation)
        const leaving = active !== undefined && active.lastAt < before ? [active] : []
        const known = await others(conversation)
        const due = (record: SessionRecord): boolean =>
          record.archivedAt === undefined && record.lastAt < before
        const count = leaving.length + known.filter(due).length
        if (count === 0) return 0
        const kept = known.filter(({ sessionId }) =>
          leaving.every((record) => record.sessionId !== sessionId),
        )
        const all = [...kept, ...leaving].map((record) =>
          due(record) ? { ...record, archivedAt: at } : record,
        )
        await shelf.set(otherKey(conversation), all)
        // Second: a crash between the two leaves it in both places, and the next sweep finds it again.
        if (leaving.length > 0) await shelf.deleteMany([conversation])
        return count
      }),
  }
}

function otherKey(conversation: string): string {
  return `others/${conversation}`
}
