/** Everybody's own page, where the platform has one. Plain text. */
import type { TurnState } from '../../conversation/doing.ts'
import { format } from './format.ts'

const turns = (count: number): string => (count === 1 ? '1 turn' : `${format.number(count)} turns`)

const states: Readonly<Record<TurnState, string>> = {
  none: '',
  works: 'running',
  waits: 'waits for a place',
  decides: 'waits for a decision',
}

export const page = {
  stranger: 'You have not been let in yet. Write to me directly, and I tell you how that is done.',
  running: 'Running now',
  nothing: 'Nothing of yours is running.',
  turn: (state: TurnState, ms: number) => `${states[state]}, for ${format.duration(ms)}`,
  stop: 'Stop',
  sessions: 'Sessions in our direct chat',
  none: 'None yet: your first message starts one.',
  session: (number: number, name: string) => (name === '' ? `Session ${number}` : `${number}. ${name}`),
  told: (count: number, at: number) => `${turns(count)}, last used ${format.moment(at)}`,
  here: 'the one that you are in',
  resume: 'Resume',
  fresh: 'New session',
  more: (count: number) => `${format.number(count)} more: /sessions all`,
  usage: 'What you used',
  today: 'Today (UTC)',
  month: 'In 30 days',
  used: (count: number, input: number, output: number, usd: number) =>
    `${turns(count)}, ${format.number(input)} tokens in, ${format.number(output)} out, ${format.dollars(usd)}`,
}
