import { type ImmediateCommand, CommandError } from './command.ts'
import { quoted } from '../words/quoted.ts'
import { worded } from './worded.ts'

export const handoff: ImmediateCommand = {
  ...worded('handoff', [{ name: 'way', type: 'choice', choices: ['back'] }]),
  when: 'now',
  async run({ args, handOff, takeBack, words }) {
    const { handoff: texts } = words.commands
    if (args === 'back') return (await takeBack()) ? texts.back : refuse(texts.nothing)
    if (args !== '') return refuse(texts.form(quoted(args)))
    const done = await handOff()
    if (done === undefined) return refuse(texts.nothing)
    return words.format.sentences([texts.done, texts.moved(done.messages, done.questions)])
  },
}

function refuse(why: string): never {
  throw new CommandError(why)
}
