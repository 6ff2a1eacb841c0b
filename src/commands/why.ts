import type { Doing } from '../conversation/doing.ts'
import { type Desk, type ImmediateCommand, CommandError } from './command.ts'

const texts = {
  form: '/why takes `retry` or nothing.',
  nothing: 'Nothing is waiting here: everything you sent has its answer.',
  place: 'Your message waits for a place: as many turns run as may at a time. `/stop` withdraws it.',
  starting: 'Claude was asked and has not begun to answer. `/stop` ends the turn.',
  approval: 'Claude waits for somebody to decide: press a button under the question above, or `/stop`.',
  status: (status: string): string => `It waits: ${status}. \`/stop\` ends the turn.`,
  tool: (tool: string): string =>
    `Claude uses ${tool}, which has not ended yet. \`/stop\` ends it with the turn.`,
  writing: 'Claude is at work on your message. `/stop` ends the turn.',
  handing: 'Your message is about to be taken up.',
  waiting: (count: number): string =>
    `${count} more of your messages here wait for it; \`/stop all\` withdraws them.`,
  undelivered: (count: number): string =>
    `${count} replies to this conversation could not be sent yet: the chat refused or could not be reached, and it is tried again by itself. \`/why retry\` tries at once.`,
  retried: 'Trying again now.',
  anew: 'If nothing helps, `/new` starts a new session.',
}

export const why: ImmediateCommand = {
  name: 'why',
  usage: '[retry]',
  summary: 'says what this conversation is waiting for, and what you can do',
  arguments: [
    { name: 'mend', type: 'choice', choices: ['retry'], summary: 'send at once what could not be sent' },
  ],
  when: 'now',
  beside: true,
  async run(desk) {
    const { args, queue, message } = desk
    if (args !== '' && args !== 'retry') throw new CommandError(texts.form)
    if (args === 'retry') queue.retry(message.address.adapter)
    const lines = [...(args === 'retry' ? [texts.retried] : []), ...(await reasons(desk))]
    return lines.length === 0 ? texts.nothing : lines.join('\n\n')
  },
}

async function reasons({ queue, place, doing }: Desk): Promise<string[]> {
  const open = await queue.waiting(place.conversation)
  const undelivered = await queue.undelivered(place.conversation)
  const now = doing()
  const behind = open.length - 1
  const found = [
    open.length === 0 ? '' : now === undefined ? texts.handing : reasonOf(now),
    behind > 0 ? texts.waiting(behind) : '',
    undelivered > 0 ? texts.undelivered(undelivered) : '',
    open.length > 0 ? texts.anew : '',
  ]
  return found.filter((line) => line !== '')
}

function reasonOf({ phase, view }: Doing): string {
  if (phase === 'waits') return texts.place
  if (view === undefined) return texts.starting
  if (view.status === 'waiting for an approval') return texts.approval
  if (view.status !== undefined) return texts.status(view.status)
  const tool = view.tools.findLast(({ state }) => state === 'running')
  return tool === undefined
    ? texts.writing
    : texts.tool(`\`${[tool.name, tool.title].filter(Boolean).join(' ')}\``)
}
