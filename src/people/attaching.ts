/** Whom a terminal of this machine may speak for. */
import type { Chosen } from '../attach/desk.ts'
import type { People } from './people.ts'

/** A bot may know thousands. */
const most = 20

const words = {
  nobody: 'Nobody has talked to this bot yet. Say as whom: parley attach --as <adapter>:<user id>.',
  several: (ids: readonly string[]) =>
    `Several people talk to this bot. Say as whom: parley attach --as ${ids.slice(0, most).join(' | ')}.`,
  unknown: (id: string) =>
    `${id} may not talk to this bot: it is no <adapter>:<user id> of anybody it knows.`,
}

/** Absent: the only person that the bot knows. */
export async function chooseFor(people: People, as: string | undefined): Promise<Chosen> {
  if (as !== undefined) {
    const { role } = await people.byId(as)
    const known = /^[a-z][\w-]*:\S+$/.test(as) && role !== undefined
    return known ? { ok: true, person: as } : { ok: false, words: words.unknown(as) }
  }
  const known = (await people.all()).filter(({ role }) => role !== undefined).map(({ id }) => id)
  const [only, ...more] = known
  if (only === undefined) return { ok: false, words: words.nobody }
  return more.length === 0 ? { ok: true, person: only } : { ok: false, words: words.several(known) }
}
