/** Rules for tools that somebody allowed for good, by the home that they hold in. Never in the workspace itself: Claude can write there. */
import { z } from 'zod'
import { type Backend, exclusiveFor } from './backend.ts'
import { Lanes } from './lanes.ts'
import { Shelf } from './shelf.ts'

export interface Grants {
  of(home: string): Promise<readonly string[]>
  add(home: string, rules: readonly string[]): Promise<void>
}

export function openGrants(backend: Backend): Grants {
  const shelf = new Shelf('grants', z.array(z.string()), backend)
  const lanes = new Lanes(exclusiveFor('grants', backend))
  const of = async (home: string): Promise<readonly string[]> => (await shelf.get(home)) ?? []
  return {
    of,
    add: (home, rules) =>
      lanes.run(home, async () => shelf.set(home, [...new Set([...(await of(home)), ...rules])])),
  }
}
