/** What commands and the router are handed. */
import type { Desk } from '../commands/command.ts'
import { called, commands } from '../commands/index.ts'
import type { Message } from '../contract.ts'
import { fileDesks } from '../conversation/file-desks.ts'
import { personId } from '../conversation/place.ts'
import type { KnownPerson } from '../people/people.ts'
import type { RouterParts } from '../router.ts'
import { wordsIn } from '../words/words.ts'
import type { House } from './house.ts'
import { tellDrained } from './drained.ts'
import { handOffTo } from './handing-off.ts'
import { endableBy, offerMends, stopTurn } from './mending.ts'
import { payerOf } from './offers.ts'
import { meetParked } from './parked.ts'

export function routerParts(house: House): RouterParts {
  const { live, adapters, traces, people, places, codes, loopGuard, prompts, offers } = house
  const desk = (person: KnownPerson, message: Message, args: string): Desk =>
    deskFor(house, person, message, args)
  const { sending } = fileDesks(live, adapters)
  return {
    queue: traces?.queue(house.queue) ?? house.queue,
    sending,
    config: () => live.current,
    called,
    people,
    places,
    codes,
    loopGuard,
    prompts,
    offers,
    accepted: async (...of) => {
      await meetParked(house, ...of)
      await tellDrained(house, ...of)
    },
    desk,
  }
}

export function deskFor(house: House, person: KnownPerson, message: Message, args: string): Desk {
  const { live, options, queue, store, budgets, people, places, codes, held, asides, prompts, offers } = house
  const config = live.current
  const place = places.of(person.id, message)
  return {
    args,
    message,
    person,
    words: wordsIn(person.language),
    account: personId(message.address, message.from),
    place,
    config,
    queue,
    people,
    codes,
    store,
    budgets,
    payer: payerOf(person, message.address),
    commands,
    moreHelp: options.moreHelp ?? '',
    recorded: async () => held.get(place.conversation)?.recorded,
    doing: () => held.get(place.conversation)?.doing,
    doings: () => [...held.values()].flatMap(({ doing }) => doing ?? []),
    direct: async (mode) =>
      held
        .get(place.conversation)
        ?.direct(({ message: { address, from } }) => person.ids.includes(personId(address, from)), mode),
    handOff: () => handOffTo(house, person, message),
    takeBack: () => places.takeBack(person.id, places.own(person.id, message).conversation),
    stopAsides: () => asides.stop(place.conversation, endableBy(person)),
    stop: () => stopTurn(house, place.conversation, person),
    prompts,
    offerMends: async (mending) => {
      if (offers.hasButtons(message.address.adapter))
        await offerMends({ offers, prompts }, person, place.conversation, message, mending)
    },
  }
}
