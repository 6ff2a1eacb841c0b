import { isCode } from '../people/codes.ts'
import { type LinkStep, enterLinkCode, makeLinkCode, unlink as part } from '../people/linking.ts'
import { quoted } from '../words/quoted.ts'
import { type Desk, type ImmediateCommand, CommandError } from './command.ts'
import { worded } from './worded.ts'

export const link: ImmediateCommand = {
  ...worded('link', [{ name: 'code', type: 'text' }]),
  when: 'now',
  async run(desk) {
    const { args, message } = desk
    if (!message.direct) throw new CommandError(desk.words.commands.link.directOnly)
    if (args === '') return makeLinkCode(desk, message)
    if (!isCode(args)) throw new CommandError(desk.words.commands.link.form)
    return outcomeOf(await enterLinkCode(desk, message, args), desk)
  },
}

export const unlink: ImmediateCommand = {
  ...worded('unlink', [{ name: 'id', type: 'text' }]),
  when: 'now',
  async run(desk) {
    const { args, account, person } = desk
    const texts = desk.words.commands.unlink
    const id = args === '' ? account : args
    if (person.ids.length < 2) throw new CommandError(texts.notLinked)
    if (!person.ids.includes(id)) throw new CommandError(texts.notYours(quoted(id), person.ids))
    return outcomeOf(await part(desk, id, account), desk)
  },
}

/** What is answered, once the others have been told. Throws {@link CommandError} where the step was refused. */
async function outcomeOf(step: LinkStep, { queue }: Pick<Desk, 'queue'>): Promise<string> {
  if (step.state === 'refused') throw new CommandError(step.words)
  await queue.post(step.told)
  return step.words
}
