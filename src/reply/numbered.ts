/** A prompt for a chat without buttons: its choices are written out. Pure. */
import type { PromptReply } from '../contract.ts'
import { wordsFor } from '../words/words.ts'

export function withNumbers(reply: PromptReply): PromptReply {
  const { markdown, choices, multiple, ownText } = reply
  const { prompts: words, format } = wordsFor(reply)
  const list = choices.map(({ label }, index) => `${index + 1}. ${label}`).join('\n')
  const wordy = choices.findIndex(({ text }) => text === true)
  const how = [
    multiple === true ? words.several : words.one,
    ownText === true ? words.ownText : '',
    wordy === -1 ? '' : words.withWords(wordy + 1),
  ]
  const parts = [markdown, list, format.sentences(how)]
  return { ...reply, markdown: parts.filter((part) => part !== '').join('\n\n') }
}
