/** The questions of a set-up as @clack/prompts asks them; it is the one owner of that package, with guided.ts. */
import { isCancel, log, password, text } from '@clack/prompts'
import type { Asking } from './asking.ts'

/** Somebody pressed Esc or Ctrl-C. */
export class Left extends Error {
  override readonly name = 'Left'
}

/** What was answered. Rejects with {@link Left}. */
export async function answered<T>(asked: Promise<T>): Promise<Exclude<T, symbol>> {
  const answer = await asked
  if (isAnswer(answer)) return answer
  throw new Left()
}

function isAnswer<T>(answer: T): answer is Exclude<T, symbol> {
  return !isCancel(answer)
}

export const promptedAsking: Asking = {
  say: (words) => log.message(words.trim()),
  async ask(words, secret) {
    const answer = await answered(secret ? password({ message: words }) : text({ message: words }))
    const typed = answer.trim()
    return typed === '' ? undefined : typed
  },
  [Symbol.dispose]: () => undefined,
}
