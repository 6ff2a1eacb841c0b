/** Who may decide for others, and where they can be asked. */
import type { Adapter } from '../contract.ts'
import type { Approver } from '../conversation/approvers.ts'
import type { People } from '../people/people.ts'
import type { Offers } from '../prompts/offers.ts'

interface Parts {
  readonly people: Pick<People, 'confidants'>
  readonly adapters: ReadonlyMap<string, Adapter>
  readonly offers: Pick<Offers, 'hasButtons'>
}

/** All but those with these ids. */
export async function approversBut(
  ids: readonly string[],
  { people, adapters, offers }: Parts,
): Promise<readonly Approver[]> {
  // What a terminal or a program showed is gone when its process is.
  const stands = (name: string): boolean => adapters.has(name) && adapters.get(name)?.local !== true
  const all = await people.confidants('decide-for-others', stands)
  return all
    .filter(({ id }) => !ids.includes(id))
    .map(({ direct: chat, language }) => {
      return { direct: chat, language, buttons: offers.hasButtons(chat.adapter) }
    })
}
