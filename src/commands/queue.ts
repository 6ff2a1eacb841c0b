import { may } from '../access.ts'
import { type MidTurn, midTurnModes } from '../conversation/burst.ts'
import { dropFrom } from '../conversation/notice-changes.ts'
import type { Envelope } from '../queue/port.ts'
import type { Words } from '../words/en.ts'
import { excerpt, quoted } from '../words/quoted.ts'
import { type Desk, type ImmediateCommand, CommandError } from './command.ts'
import { turnState } from './turn-state.ts'
import { withdrawal } from './withdrawal.ts'
import { worded } from './worded.ts'

type Texts = Words['commands']['queue']

export const queue: ImmediateCommand = {
  ...worded('queue', [
    { name: 'action', type: 'choice', choices: ['drop', ...midTurnModes, 'always'] },
    { name: 'which', type: 'text' },
  ]),
  when: 'now',
  async run(desk) {
    const [action = '', which = ''] = desk.args.toLowerCase().split(/\s+/)
    const mode = midTurnModes.find((each) => each === action)
    if (mode !== undefined && which === '') return direct(desk, mode)
    if (action === 'always' && (which === 'default' || isMode(which))) return always(desk, which)
    const open = await desk.queue.waiting(desk.place.conversation)
    const running = open.filter(({ attempt }) => attempt > 0)
    const waiting = open.filter(({ attempt }) => attempt === 0)
    const texts = desk.words.commands.queue
    const heading = turnState(desk, open.length > 0) === 'waits' ? texts.placeless : texts.running
    return desk.args === '' ? list(running, heading, waiting, texts) : drop(desk, waiting, texts)
  },
}

function isMode(word: string): word is MidTurn {
  return midTurnModes.some((mode) => mode === word)
}

async function direct({ direct: directed, words }: Desk, mode: MidTurn): Promise<string> {
  const texts = words.commands.queue
  const count = (await directed(mode)) ?? 0
  return count === 0 ? texts.idle : texts.directed[mode](count)
}

async function always({ people, person, words }: Desk, choice: MidTurn | 'default'): Promise<string> {
  await people.prefer(person.id, choice === 'default' ? undefined : choice)
  return words.commands.queue.always[choice]
}

function list(
  running: readonly Envelope[],
  heading: string,
  waiting: readonly Envelope[],
  texts: Texts,
): string {
  const parts = [
    ...(running.length === 0 ? [] : [heading, running.map((one) => `- ${shown(one)}`).join('\n')]),
    ...(waiting.length === 0
      ? [texts.empty]
      : [texts.waiting, waiting.map((one, index) => `${index + 1}. ${shown(one)}`).join('\n'), texts.hint]),
  ]
  return parts.join('\n\n')
}

async function drop(desk: Desk, waiting: readonly Envelope[], texts: Texts): Promise<string> {
  const number = Number(/^drop (\d{1,6})$/i.exec(desk.args)?.[1])
  if (Number.isNaN(number)) {
    throw new CommandError(texts.form(quoted(desk.args)))
  }
  const envelope = waiting[number - 1]
  if (envelope === undefined) {
    throw new CommandError(texts.noNumber(number, waiting.length))
  }
  const author = await desk.people.of(envelope.message.address, envelope.message.from)
  if (author.id !== desk.person.id && !may(desk.person.role, 'stop-others')) {
    throw new CommandError(texts.notYours)
  }
  const found = await desk.queue.withdraw(envelope.id, withdrawal(envelope, desk.words))
  if (found === 'running') throw new CommandError(texts.begun)
  await dropFrom(desk.prompts, envelope.id)
  return texts.dropped(number)
}

function shown({ message }: Envelope): string {
  return `\`${quoted(message.from.name ?? message.from.id)}\`: ${excerpt(message.text)}`
}
