import { languageOf, languages } from '../words/languages.ts'
import { quoted } from '../words/quoted.ts'
import { wordsIn } from '../words/words.ts'
import { type ImmediateCommand, CommandError } from './command.ts'
import { worded } from './worded.ts'

export const lang: ImmediateCommand = {
  ...worded('lang', [{ name: 'language', type: 'choice', choices: languages }]),
  when: 'now',
  async run({ args, words, person, people }) {
    if (args === '') return words.commands.lang.now
    const wanted = languageOf(args)
    if (wanted === undefined) throw new CommandError(words.commands.lang.unknown(quoted(args)))
    await people.speak(person.id, wanted)
    return wordsIn(wanted).commands.lang.changed
  },
}
