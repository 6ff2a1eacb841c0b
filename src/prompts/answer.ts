/** Answers to a prompt: do they fit, and what are they called? Pure. */
import type { Answer, PromptReply } from '../contract.ts'
import { quoted } from '../words/quoted.ts'
import { wordsFor } from '../words/words.ts'

type Given = Pick<Answer, 'choices' | 'text'>
type Offer = Pick<PromptReply, 'choices' | 'multiple' | 'ownText' | 'language'>

export function answerFits({ choices, multiple, ownText }: Offer, given: Given): boolean {
  const known = given.choices.every((id) => choices.some((choice) => choice.id === id))
  if (!known || new Set(given.choices).size < given.choices.length) return false
  if (given.choices.length === 0) return ownText === true && given.text !== undefined && given.text !== ''
  return given.choices.length === 1 || multiple === true
}

/** As it is shown when the prompt is settled. */
export function labelOf(offer: Offer, given: Given): string {
  const labels = offer.choices.filter(({ id }) => given.choices.includes(id)).map(({ label }) => label)
  return labels.length > 0 ? wordsFor(offer).format.items(labels) : quoted(given.text ?? '', 80)
}
