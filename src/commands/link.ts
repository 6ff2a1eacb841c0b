import { enterLinkCode, makeLinkCode, unlink as part } from '../people/linking.ts'
import { type ImmediateCommand, CommandError } from './command.ts'
import { worded } from './worded.ts'

export const link: ImmediateCommand = {
  ...worded('link', [{ name: 'code', type: 'text' }]),
  when: 'now',
  async run(desk) {
    const { args, codes, message, queue } = desk
    if (!message.direct) throw new CommandError(desk.words.commands.link.directOnly)
    if (args === '') return makeLinkCode(codes, message)
    const step = await enterLinkCode(desk, message, args)
    if (step.state === 'refused') throw new CommandError(step.words)
    await queue.post(step.told)
    return step.words
  },
}

export const unlink: ImmediateCommand = {
  ...worded('unlink', [{ name: 'id', type: 'text' }]),
  when: 'now',
  async run(desk) {
    const { args, account, person, queue } = desk
    const texts = desk.words.commands.unlink
    const id = args === '' ? account : args
    if (person.ids.length < 2) throw new CommandError(texts.notLinked)
    if (!person.ids.includes(id)) throw new CommandError(texts.notYours(id, person.ids))
    const step = await part(desk, id, account)
    await queue.post(step.told)
    return step.words
  },
}
