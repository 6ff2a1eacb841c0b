/** Converses where a text holds no directive: a friendly, tiny model. Pure, and always the same. */
import { bash, type Move } from './directives.ts'

/** Memory that a person put there: `my favourite colour is green`. */
interface Fact {
  readonly subject: string
  readonly value: string
}

type Answerer = (groups: readonly string[], earlier: readonly string[]) => Move[]

/** The first that fits answers; its groups are handed on. */
const answerers: readonly (readonly [pattern: RegExp, answer: Answerer])[] = [
  [/^(?:hi|hello|hey|hallo|moin|good (?:morning|afternoon|evening)|你好|こんにちは)\b[^?]{0,12}$/iu, greet],
  [/\bwhat(?:'s| is| was) my (.+?)[?!. ]*$/i, ([subject = ''], earlier) => say(tellFact(subject, earlier))],
  [/\bwho am i\b/i, (_, earlier) => say(tellFact('name', earlier))],
  [
    /\bdo you (?:still )?(?:remember|know) my (.+?)[?!. ]*$/i,
    ([subject = ''], earlier) => say(tellFact(subject, earlier)),
  ],
  [
    /\bwhat (?:did|have) i (?:just )?(?:say|said|tell|told|ask|asked|write|written)|\bdo you remember|\bwhat do you remember/i,
    recall,
  ],
  [
    /\b(?:call me|my name is|i am called) ([^.,!?\n]{1,40})/i,
    ([name = '']) => say(`Nice to meet you, ${name.trim()}. I will remember that.`),
  ],
  [/\bremember(?: that)?[:,]?\s+([^]{1,300})/i, ([fact = '']) => say(`I will remember: ${fact.trim()}`)],
  [
    /\bmy ([\w' -]{2,40}?) (?:is|are) ([^?\n]{1,200})$/im,
    ([subject = '']) => say(`Good to know about your ${subject}. I will remember that.`),
  ],
  [/\b(?:list|show|see|which|what)\b.*\bfiles\b|^ls$/i, () => [bash('ls')]],
  [/\bwhat(?:'s| is)? (?:the )?(?:time|date|day)\b/i, () => [bash('date')]],
  [/\bhow are you\b/i, () => say('All is well here, thank you. What can I do for you?')],
  [/^(?:many )?(?:thanks|thank you)\b/i, () => say('You are welcome.')],
  [/^(?:bye|goodbye|good night|see you)\b/i, () => say('Goodbye. I will be here.')],
  [/\bwho are you\b|\bwhat are you\b|\bwhat can you do\b/i, () => say(whoIAm)],
]

const whoIAm =
  'I am the local stand-in model: no account, no network, only a little small talk. ' +
  'I remember what you tell me, I can look at the files here and at the clock, and /help lists what else I do on demand.'

/** @param earlier what people wrote before, oldest first */
export function converse(text: string, earlier: readonly string[]): Move[] {
  for (const [pattern, answer] of answerers) {
    const found = pattern.exec(visible(text))
    if (found !== null) return answer(found.slice(1), earlier)
  }
  const quoted = text.length > 500 ? `${text.slice(0, 500)}…` : text
  return say(
    `You wrote: ${quoted}\n\nI am only the local stand-in model, so that is as far as I can think. /help lists what I can do.`,
  )
}

function visible(text: string): string {
  return text.replaceAll(/[\u200B-\u200D\u2060\uFEFF]/g, '').trim()
}

function say(text: string): Move[] {
  return [{ do: 'say', text }]
}

function greet(_groups: readonly string[], earlier: readonly string[]): Move[] {
  const name = factsOf(earlier).findLast(({ subject }) => subject === 'name')?.value
  return say(
    name === undefined ? 'Hello! What can I do for you?' : `Hello again, ${name}! What can I do for you?`,
  )
}

function tellFact(subject: string, earlier: readonly string[]): string {
  const fact = factsOf(earlier).findLast((one) => one.subject === subject.toLowerCase())
  return fact === undefined
    ? `You have not told me your ${subject} yet.`
    : `Your ${subject} is ${fact.value}.`
}

function factsOf(earlier: readonly string[]): Fact[] {
  return earlier.flatMap((text) => {
    const [, name] = /\b(?:call me|i am called) ([^.,!?\n]{1,40})/i.exec(text) ?? []
    if (name !== undefined) return [{ subject: 'name', value: name.trim() }]
    return [...text.matchAll(/\bmy ([\w' -]{2,40}?) (?:is|are) ([^.,!?\n]{1,200})/gi)].map(
      ([, subject = '', value = '']) => ({ subject: subject.toLowerCase(), value: value.trim() }),
    )
  })
}

function recall(_groups: readonly string[], earlier: readonly string[]): Move[] {
  if (earlier.length === 0) return say('This is the first thing that you say to me.')
  const lines = earlier.map((text, index) => `${index + 1}. ${text}`)
  return say(`So far you wrote:\n\n${lines.join('\n')}`)
}
