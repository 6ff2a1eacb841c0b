/** Messages that were given up, for admins: what ended their process each time may be mended by now. */
import { may } from '../access.ts'
import { messageId, personId } from '../conversation/place.ts'
import type { DeadRecord } from '../store/dead.ts'
import { code } from '../words/quoted.ts'
import { type Desk, type ImmediateCommand, CommandError } from './command.ts'
import { worded } from './worded.ts'

const deeds = ['retry', 'drop'] as const

export const dead: ImmediateCommand = {
  ...worded('dead', [
    { name: 'deed', type: 'choice', choices: deeds },
    { name: 'number', type: 'text' },
  ]),
  when: 'now',
  async run(desk) {
    const { person, words, store, args } = desk
    const texts = words.commands.dead
    if (!may(person.role, 'manage-people')) throw new CommandError(texts.onlyAdmins)
    const letters = await store.dead.list()
    if (args === '') return listed(letters, desk)
    const [, deed, number] = /^(retry|drop)\s+(\d{1,6})$/.exec(args) ?? []
    if (deed === undefined) throw new CommandError(texts.form)
    const letter = letters[Number(number) - 1]
    if (letter === undefined) throw new CommandError(texts.none)
    if (deed === 'retry') await again(letter, desk)
    await store.dead.delete(letter.id)
    return deed === 'retry' ? texts.retried : texts.dropped
  },
}

/** As a message of its own: the one that was given up has its final state. */
async function again({ conversation, message, at }: DeadRecord, { queue }: Desk): Promise<void> {
  const anew = { ...message, id: `${message.id}/again/${at}` }
  await queue.accept(messageId(anew), conversation, anew)
}

/** Who and when, and nothing of what it says: that is between its sender and Claude. */
function listed(letters: readonly DeadRecord[], { words }: Desk): string {
  const texts = words.commands.dead
  if (letters.length === 0) return texts.empty
  const lines = letters.map(({ message, at, died }, n) => {
    const who = code(personId(message.address, message.from))
    return `${n + 1}. ${texts.line(who, words.format.moment(at), died)}`
  })
  return [texts.heading, '', ...lines, '', texts.hint].join('\n')
}
