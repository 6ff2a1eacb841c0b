/** Buttons that were pressed, each answered by a toast: it tells whoever pressed, and nobody else, what came of it. */
import type { Answer, Bot, Message, Receipt } from '../../src/contract.ts'
import { languageIn, pressed } from './answers.ts'
import { type Envelope, Pressed, read } from './events.ts'
import type { People } from './people.ts'
import type { Speech, Words } from './words.ts'

/** Feishu waits three seconds for a toast, and shows an error then. */
const patienceMs = 2500

export interface PressParts {
  readonly bot: Bot
  readonly speech: Speech
  readonly people: People
}

export class Presses {
  readonly #parts: PressParts
  readonly #deciding = new Set<Promise<object>>()

  constructor(parts: PressParts) {
    this.#parts = parts
  }

  /** Resolves with what is shown. Never rejects: a press is not delivered again, the person has to repeat it. */
  async take(envelope: Envelope): Promise<object | undefined> {
    const event = read(Pressed, envelope, this.#parts.bot.log)
    const words = this.#parts.speech(event && languageIn(event))
    const press = event === undefined ? null : pressed(envelope, event)
    if (press === null) return undefined
    if (press === 'incomplete') return toast('warning', words.incomplete)
    if (press === 'foreign') return toast('warning', words.foreign)
    const late = Promise.withResolvers<object>()
    const timer = setTimeout(() => late.resolve(toast('info', words.slow)), patienceMs)
    const deciding: Promise<object> = this.#decide(press, words).finally(() => {
      clearTimeout(timer)
      this.#deciding.delete(deciding)
    })
    this.#deciding.add(deciding)
    return Promise.race([deciding, late.promise])
  }

  /** Resolves when nothing is being decided any more. Never rejects. */
  async settled(): Promise<void> {
    await Promise.all(this.#deciding)
  }

  async #decide(press: Answer | Message, words: Words): Promise<object> {
    const { bot, people } = this.#parts
    try {
      const receipt = await bot.receive(await people.introduced(press))
      if (press.kind === 'answer') return toast(...outcomes[receipt](words))
      return receipt === 'refused' ? toast('warning', words.barred) : toast('info', words.accepted)
    } catch (error) {
      bot.log.error({ err: error }, 'a press could not be kept')
      return toast('error', words.notKept)
    }
  }
}

type Toast = readonly [type: 'success' | 'info' | 'warning' | 'error', content: string]

const outcomes: Readonly<Record<Receipt, (words: Words) => Toast>> = {
  accepted: ({ accepted }) => ['success', accepted],
  refused: ({ refused }) => ['warning', refused],
  duplicate: ({ late }) => ['info', late],
}

function toast(type: Toast[0], content: string): object {
  return { toast: { type, content } }
}
