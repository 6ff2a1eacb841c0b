import { may } from '../access.ts'
import type { Envelope, Outgoing } from '../queue/port.ts'
import { quoted } from '../words/quoted.ts'
import { type Desk, type ImmediateCommand, CommandError } from './command.ts'
import { withdrawal } from './withdrawal.ts'
import { worded } from './worded.ts'

export const stop: ImmediateCommand = {
  ...worded('stop', [{ name: 'which', type: 'choice', choices: ['all'] }]),
  when: 'now',
  async run(desk) {
    const { stop: stopTurn, queue, place, prompts } = desk
    const args = desk.args.toLowerCase()
    const { stop: texts } = desk.words.commands
    if (args !== '' && args !== 'all') throw new CommandError(texts.form(quoted(args)))
    const isAside = desk.stopAsides()
    if (await endsOthers({ ...desk, args })) {
      if (!isAside) throw new CommandError(texts.notYours)
      return texts.stopping
    }
    const end = (one: Envelope): Outgoing[] => withdrawal(one, desk.words)
    const cancelled = args === 'all' ? await queue.cancel(place.conversation, end) : []
    // One of them may have been left while somebody was asked.
    if (cancelled.length > 0)
      await prompts.withdraw(({ message }) => cancelled.some(({ id }) => id === message))
    const stopped = await stopTurn()
    const withdrawn = cancelled.length
    // A button of a turn that is over, or of somebody else's: it ends nothing.
    if (desk.message.receipted === true && !stopped && !isAside && withdrawn === 0)
      throw new CommandError(texts.nothing)
    const waiting = (await queue.waiting(place.conversation)).filter(({ attempt }) => attempt === 0).length
    return desk.words.format.sentences([
      stopped || isAside ? texts.stopping : texts.nothing,
      withdrawn > 0 ? texts.withdrawn(withdrawn) : '',
      waiting > 0 ? texts.waiting(waiting) : '',
    ])
  },
}

/** In a shared conversation the turns of others are not everybody's to end: would it end one that is not theirs to end? */
async function endsOthers({ args, person, people, queue, place }: Desk): Promise<boolean> {
  if (may(person.role, 'stop-others')) return false
  const concerned = (await queue.waiting(place.conversation)).filter(
    ({ attempt }) => attempt > 0 || args === 'all',
  )
  const ofOthers = async ({ message }: Envelope): Promise<boolean> =>
    (await people.of(message.address, message.from)).id !== person.id
  return (await Promise.all(concerned.map(ofOthers))).includes(true)
}
