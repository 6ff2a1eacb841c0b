import type { Doing } from '../conversation/doing.ts'
import type { Words } from '../words/en.ts'
import { type Desk, type ImmediateCommand, CommandError } from './command.ts'
import { mendingFor } from './mends.ts'
import { worded } from './worded.ts'

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

async function reasons({ words, queue, place, prompts, doing }: Desk): Promise<string[]> {
  const { why: texts } = words.commands
  const open = await queue.waiting(place.conversation)
  const undelivered = await queue.undelivered(place.conversation)
  const now = doing()
  const asked = await prompts.live(({ message, state }) => message === open[0]?.id && state === 'open')
  const about = (): string => (now === undefined ? texts.handing : reasonOf(now, texts))
  const behind = open.length - 1
  const found = [
    open.length === 0 ? '' : asked.length > 0 ? texts.approval : about(),
    behind > 0 ? texts.waiting(behind) : '',
    undelivered > 0 ? texts.undelivered(undelivered) : '',
    open.length > 0 ? texts.anew : '',
  ]
  return found.filter((line) => line !== '')
}

function reasonOf({ phase, view }: Doing, texts: Words['commands']['why']): string {
  if (phase === 'waits') return texts.place
  if (phase === 'decides') return texts.approval
  if (view === undefined) return texts.starting
  if (view.status !== undefined) return texts.status(view.status)
  const tool = view.tools.findLast(({ state }) => state === 'running')
  return tool === undefined
    ? texts.writing
    : texts.tool(`\`${[tool.name, tool.title].filter(Boolean).join(' ')}\``)
}
