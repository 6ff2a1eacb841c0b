/** A session that nobody wants any more: what runs in it ends, its record and history go. */
import { setTimeout as sleep } from 'node:timers/promises'
import { stopTurn } from '../bot/mending.ts'
import { withdrawal } from '../commands/withdrawal.ts'
import { OfficeError } from '../contract.ts'
import type { SessionRecord } from '../store/records.ts'
import { wordsIn } from '../words/words.ts'
import type { Visitor } from './visitor.ts'

/** How long a turn may take to end: the CLI is asked, and then its process is ended. */
const endsWithinMs = 20_000
const lookEveryMs = 50

/** Throws {@link OfficeError} `conflict` where the turn does not end. */
export async function forget(visitor: Visitor, { conversation }: SessionRecord): Promise<void> {
  const { house, person } = visitor
  const { queue, prompts, store, held } = house
  const words = wordsIn(person.language)
  const cancelled = await queue.cancel(conversation, (envelope) => withdrawal(envelope, words))
  await prompts.withdraw(({ message }) => cancelled.some(({ id }) => id === message))
  await stopTurn(house, conversation, person)
  const until = Date.now() + endsWithinMs
  while ((await queue.waiting(conversation, 1)).length > 0) {
    if (Date.now() > until)
      throw new OfficeError('conflict', 'The running turn does not end. Try again in a moment.')
    await sleep(lookEveryMs)
  }
  await held.get(conversation)?.recorded
  await held.get(conversation)?.forget()
  await store.sessions.delete(conversation)
  await store.history.clear(conversation)
}
