/** All texts of the bot's own that people read in a chat. What is for operators (logs, the verbs, the config) is English. */
import { type Words, en } from './en.ts'
import { type Language, languageOf } from './languages.ts'
import { zh } from './zh.ts'

const catalogue: Readonly<Record<Language, Words>> = { en, zh }

export function wordsIn(language: Language): Words {
  return catalogue[language]
}

/** As whoever reads this reply speaks. */
export function wordsFor({ language }: { readonly language?: string }): Words {
  return wordsIn(languageOf(language) ?? 'en')
}
