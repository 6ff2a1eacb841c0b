import { may } from '../access.ts'
import type { Envelope } from '../queue/port.ts'
import { type Desk, type ImmediateCommand, CommandError } from './command.ts'
import { withdrawal } from './withdrawal.ts'

export const stop: ImmediateCommand = {
  name: 'stop',
  usage: '[all]',
  summary: 'ends the running turn; `all` withdraws what waits behind it too',
  arguments: [{ name: 'which', type: 'choice', choices: ['all'], summary: 'what waits, too' }],
  when: 'now',
  async run(desk) {
    const { args, stop: stopTurn, queue, place } = desk
    if (args !== '' && args !== 'all')
      throw new CommandError(`/stop takes \`all\` or nothing, not \`${args}\`.`)
    await refuseOthers(desk)
    const withdrawn = args === 'all' ? (await queue.cancel(place.conversation, withdrawal)).length : 0
    const stopped = stopTurn()
    const waiting = (await queue.waiting(place.conversation)).filter(({ attempt }) => attempt === 0).length
    return [
      stopped ? 'Stopping.' : 'Nothing is running.',
      withdrawn > 0 ? `${messages(withdrawn)} withdrawn.` : '',
      waiting > 0 ? `${messages(waiting)} still waiting; \`/stop all\` withdraws them.` : '',
    ]
      .filter(Boolean)
      .join(' ')
  },
}

/** In a shared conversation the turns of others are not everybody's to end. */
async function refuseOthers({ args, person, people, queue, place }: Desk): Promise<void> {
  if (may(person.role, 'stop-others')) return
  const concerned = (await queue.waiting(place.conversation)).filter(
    ({ attempt }) => attempt > 0 || args === 'all',
  )
  const ofOthers = async ({ message }: Envelope): Promise<boolean> =>
    (await people.of(message.address, message.from)).id !== person.id
  if (!(await Promise.all(concerned.map(ofOthers))).includes(true)) return
  throw new CommandError('That is the turn of somebody else: they can stop it, or an operator or admin.')
}

function messages(count: number): string {
  return count === 1 ? '1 message' : `${count} messages`
}
