/** What becomes of questions to people, and how they are answered where there are no buttons. */
import { format } from './format.ts'

export const prompts = {
  withdrawn: 'No longer needed',
  expired: 'Expired',
  reminder: (title: string, until: number) =>
    `Still waiting for your answer, until ${format.moment(until)}: **${title}**. Then it counts as refused.`,
  one: 'Answer with a number.',
  several: 'Answer with one number or several.',
  ownText: 'Or write an answer of your own.',
  mistyped: (given: string, title: string, count: number) =>
    `\`${given}\` is no answer to **${title}**, and was not passed on to Claude. Type a number from 1 to ${count}, or what stands behind it in full.`,
  /** Of what is asked in several messages: the title of the last, which has the buttons. */
  lastPart: (title: string, of: number) => `(Part ${of} of ${of}, begins above) ${title}`,
  withWords: (number: number) => `Words go behind the number: \`${number} because …\``,
}
