import type { TurnView } from '../contract.ts'
import type { TurnState } from '../conversation/doing.ts'
import { personId } from '../conversation/place.ts'
import type { KnownPerson } from '../people/people.ts'
import { isAskedByTurn } from '../prompts/audit-entry.ts'
import type { Envelope } from '../queue/port.ts'
import type { Words } from '../words/en.ts'
import { quoted } from '../words/quoted.ts'
import { type Desk, type ImmediateCommand, CommandError } from './command.ts'
import { mayChange } from './members-only.ts'
import { mayStop, mendingFor } from './mends.ts'
import { turnState } from './turn-state.ts'
import { worded } from './worded.ts'

type Texts = Words['commands']['why']

export const why: ImmediateCommand = {
  ...worded('why', [{ name: 'mend', type: 'choice', choices: ['retry'] }]),
  when: 'now',
  beside: true,
  async run(desk) {
    const { args, queue, message } = desk
    const { why: texts } = desk.words.commands
    if (args !== '' && args !== 'retry') throw new CommandError(texts.form)
    if (args === 'retry') queue.retry(message.address.adapter)
    const lines = [...(args === 'retry' ? [texts.retried] : []), ...(await reasons(desk))]
    return lines.length === 0 ? texts.nothing : lines.join('\n\n')
  },
  async afterwards(desk) {
    const mending = await mendingFor(desk)
    if (mending.mends.length > 0) await desk.offerMends(mending)
  },
}

async function reasons(desk: Desk): Promise<string[]> {
  const { words, queue, place, person } = desk
  const { why: texts } = words.commands
  const [head, ...others] = await queue.waiting(place.conversation)
  const behind = others.filter(({ attempt }) => attempt === 0)
  const own = behind.filter((envelope) => isOf(person, envelope)).length
  const undelivered = await queue.undelivered(place.conversation)
  const found = [
    ...(head === undefined ? [] : await aboutTurn(desk, head, texts)),
    behind.length > 0 ? texts.waiting(own, behind.length - own) : '',
    undelivered > 0 ? texts.undelivered(undelivered) : '',
  ]
  return found.filter((line) => line !== '')
}

/** What the turn waits for that comes first here, and how whoever may can end it. */
async function aboutTurn(desk: Desk, head: Envelope, texts: Texts): Promise<string[]> {
  const { people, person, prompts, doing, place, words } = desk
  const { address, from } = head.message
  const author = await people.of(address, from)
  const whose = isOf(person, head) ? texts.yours : texts.theirs(quoted(from.name ?? from.id))
  const asked = await prompts.live(
    (record) => record.message === head.id && record.state === 'open' && isAskedByTurn(record),
  )
  const reason =
    asked.length > 0 ? texts.approval(whose) : reasonOf(turnState(desk, true), doing()?.view, whose, texts)
  if (!mayStop(person, author)) return [reason]
  return [reason, words.format.sentences([texts.ends, mayChange(person, place) ? texts.anew : ''])]
}

function isOf({ ids }: KnownPerson, { message: { address, from } }: Envelope): boolean {
  return ids.includes(personId(address, from))
}

function reasonOf(state: TurnState, view: TurnView | undefined, whose: string, texts: Texts): string {
  if (state === 'waits') return texts.place(whose)
  if (state === 'decides') return texts.approval(whose)
  if (view === undefined) return texts.starting(whose)
  if (view.status !== undefined) return texts.status(whose, view.status)
  const tool = view.tools.findLast(({ state: now }) => now === 'running')
  return tool === undefined
    ? texts.writing(whose)
    : texts.tool(whose, `\`${[tool.name, tool.title].filter(Boolean).join(' ')}\``)
}
