/** People of several workspaces are kept apart: Slack promises that a user's id is the only one in its workspace, no more. */
import type { Address, Bot, Inbound, Person } from '../../src/contract.ts'

/** The bot as a workspace among others speaks to it: `U012` of `T1` is `T1/U012`. */
export function apart(bot: Bot): Bot {
  return {
    ...bot,
    receive: (inbound) => bot.receive(keptApart(inbound)),
    page: (from, address) => bot.page(named(from, address), address),
  }
}

export function keptApart(inbound: Inbound): Inbound {
  return { ...inbound, from: named(inbound.from, inbound.address) }
}

function named(from: Person, { tenant }: Address): Person {
  // Whoever belongs elsewhere is named so already.
  return tenant === undefined || from.tenant !== undefined ? from : { ...from, id: `${tenant}/${from.id}` }
}

/** As their workspace knows them. */
export function userOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1)
}
