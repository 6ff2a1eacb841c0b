import { enterLinkCode, makeLinkCode, unlink as part } from '../people/linking.ts'
import { type ImmediateCommand, CommandError } from './command.ts'

const words = {
  directOnly: 'Codes are for you alone: write this to me in a direct chat.',
  notLinked: 'This account is linked with no other.',
  notYours: (id: string, ids: readonly string[]) =>
    `\`${id}\` is no account of yours. Yours are: ${ids.map((each) => `\`${each}\``).join(', ')}.`,
}

export const link: ImmediateCommand = {
  name: 'link',
  usage: '[CODE]',
  summary: 'makes your accounts on several platforms one: shows a code, or takes one',
  arguments: [{ name: 'code', type: 'text', summary: 'the code that the other platform showed you' }],
  when: 'now',
  async run(desk) {
    const { args, codes, message, queue } = desk
    if (!message.direct) throw new CommandError(words.directOnly)
    if (args === '') return makeLinkCode(codes, message)
    const step = await enterLinkCode(desk, message, args)
    if (step.state === 'refused') throw new CommandError(step.words)
    await queue.post(step.told)
    return step.words
  },
}

export const unlink: ImmediateCommand = {
  name: 'unlink',
  usage: '[ID]',
  summary: 'parts this account, or the one named, from your others',
  arguments: [{ name: 'id', type: 'text', summary: '`<adapter>:<user id>`, as `/who` shows it' }],
  when: 'now',
  async run(desk) {
    const { args, account, person, queue } = desk
    const id = args === '' ? account : args
    if (person.ids.length < 2) throw new CommandError(words.notLinked)
    if (!person.ids.includes(id)) throw new CommandError(words.notYours(id, person.ids))
    const step = await part(desk, id, account)
    await queue.post(step.told)
    return step.words
  },
}
