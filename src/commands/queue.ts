import { may } from '../access.ts'
import type { Envelope } from '../queue/port.ts'
import { type Desk, type ImmediateCommand, CommandError } from './command.ts'
import { excerpt, withdrawal } from './withdrawal.ts'

const words = {
  empty: 'Nothing waits.',
  running: 'Claude is at work on:',
  waiting: 'Waiting, in this order:',
  hint: '`/queue drop 1` withdraws the first, `/stop all` all of them.',
  notYours: 'That is the message of somebody else: they can withdraw it, or an operator or admin.',
  begun: 'Its turn has just begun: `/stop` ends it.',
}

export const queue: ImmediateCommand = {
  name: 'queue',
  usage: '[drop number]',
  summary: 'shows what waits for its turn; `drop` withdraws one of them',
  arguments: [
    { name: 'action', type: 'choice', choices: ['drop'], summary: 'withdraws one' },
    { name: 'number', type: 'number', summary: 'which one, as the list counts' },
  ],
  when: 'now',
  async run(desk) {
    const open = await desk.queue.waiting(desk.place.conversation)
    const running = open.filter(({ attempt }) => attempt > 0)
    const waiting = open.filter(({ attempt }) => attempt === 0)
    return desk.args === '' ? list(running, waiting) : drop(desk, waiting)
  },
}

function list(running: readonly Envelope[], waiting: readonly Envelope[]): string {
  const parts = [
    ...(running.length === 0 ? [] : [words.running, running.map((one) => `- ${shown(one)}`).join('\n')]),
    ...(waiting.length === 0
      ? [words.empty]
      : [words.waiting, waiting.map((one, index) => `${index + 1}. ${shown(one)}`).join('\n'), words.hint]),
  ]
  return parts.join('\n\n')
}

async function drop(desk: Desk, waiting: readonly Envelope[]): Promise<string> {
  const number = Number(/^drop (\d{1,6})$/i.exec(desk.args)?.[1])
  if (Number.isNaN(number)) {
    throw new CommandError(
      `/queue takes nothing, or \`drop\` and a number as in \`/queue drop 1\`, not \`${excerpt(desk.args)}\`.`,
    )
  }
  const envelope = waiting[number - 1]
  if (envelope === undefined) {
    throw new CommandError(
      `There is no number ${number}: ${waiting.length === 0 ? 'nothing waits' : `${waiting.length} wait`}.`,
    )
  }
  const author = await desk.people.of(envelope.message.address, envelope.message.from)
  if (author.id !== desk.person.id && !may(desk.person.role, 'stop-others')) {
    throw new CommandError(words.notYours)
  }
  const found = await desk.queue.withdraw(envelope.id, withdrawal(envelope))
  if (found === 'running') throw new CommandError(words.begun)
  return `Number ${number} is withdrawn.`
}

function shown({ message }: Envelope): string {
  return `${message.from.name ?? message.from.id}: ${excerpt(message.text)}`
}
