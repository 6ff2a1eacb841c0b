/** A notice about messages that came while Claude works, as it stands in the chat. Pure. */
import { z } from 'zod'
import type { Choice, Message } from '../contract.ts'
import type { Asking } from '../prompts/asking.ts'
import type { PromptRecord } from '../store/prompt-record.ts'
import type { Words } from '../words/en.ts'
import { excerpt } from '../words/quoted.ts'
import { midTurnModes } from './burst.ts'

/** What becomes of a message unless somebody changes it. */
export type Way = 'steer' | 'queue'

/** What a notice is about, on disk: `command` it is one, and never goes into a running turn. */
const Listed = z.object({
  way: z.enum(['steer', 'queue']),
  messages: z.array(z.object({ id: z.string(), line: z.string(), command: z.boolean() })),
})
export type Listed = z.infer<typeof Listed>
export type Line = Listed['messages'][number]

export const alwaysMark = 'always-'

/** So many buttons has a notice. */
export const mostChoices = 2 * (midTurnModes.length - 1)

const longestLine = 80
/** So many messages are named in a notice. */
export const mostListed = 5

export function shownAs({ way, messages }: Listed, words: Words['midTurn']): Asking['shown'] {
  // Nothing goes into the turn past what came before it.
  const steers = messages[0]?.command !== true
  const others = midTurnModes.filter((mode) => mode !== way && (mode !== 'steer' || steers))
  const lines = messages.slice(0, mostListed).map(({ line }) => `- ${line}`)
  const list = [...lines, ...(messages.length > mostListed ? ['- …'] : [])].join('\n')
  return {
    language: words.language,
    title: words.title,
    markdown: way === 'queue' ? words.waits(list) : words.onItsWay(list),
    choices: [
      ...others.map((mode): Choice => ({
        id: mode,
        label: words.modes[mode],
        description: words.means[mode],
      })),
      ...others.map((mode): Choice => ({ id: `${alwaysMark}${mode}`, label: words.always[mode] })),
    ],
  }
}

export function lineOf({ text, attachments = [] }: Pick<Message, 'text' | 'attachments'>): string {
  const said = text.trim() === '' ? attachments.map(({ name }) => name).join(', ') : text
  return excerpt(said, longestLine)
}

export function listedIn({ decides }: PromptRecord): Listed {
  return Listed.parse(decides.input)
}
