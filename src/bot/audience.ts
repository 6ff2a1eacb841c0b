/** Those who follow a conversation from elsewhere: they are told of every turn in it and of all that is said there. */
import type { Followed, Message, TurnView } from '../contract.ts'
import type { ShownTurn } from '../conversation/parts.ts'
import { answeredAt, messageId, personId } from '../conversation/place.ts'
import type { Delivery, Envelope } from '../queue/port.ts'

type Listener = (event: Followed) => void

/** The turn that runs in a conversation, for whoever comes in the middle. */
interface Running {
  readonly message: Message
  view?: TurnView
}

export class Audience {
  readonly #listeners = new Map<string, Set<Listener>>()
  readonly #running = new Map<string, Running>()

  /** Until the signal is aborted. The listener returns at once and never throws. */
  follow(conversation: string, listener: Listener, signal: AbortSignal): void {
    const those = this.#listeners.get(conversation) ?? new Set()
    this.#listeners.set(conversation, those)
    those.add(listener)
    const leave = (): void => {
      those.delete(listener)
      if (those.size === 0 && this.#listeners.get(conversation) === those)
        this.#listeners.delete(conversation)
    }
    signal.addEventListener('abort', leave, { once: true })
    const running = this.#running.get(conversation)
    if (running === undefined) return
    listener(turnOf(running.message))
    if (running.view !== undefined) listener(viewOf(running.message, running.view))
  }

  /** The same turn, seen by them as well. */
  shown({ conversation, message }: Envelope, shown: ShownTurn): ShownTurn {
    const running: Running = { message }
    this.#running.set(conversation, running)
    this.#tell(conversation, turnOf(message))
    const over = (): void => {
      if (this.#running.get(conversation) === running) this.#running.delete(conversation)
    }
    return {
      get tells() {
        return shown.tells
      },
      tell: (step) => shown.tell(step),
      show: (view) => {
        running.view = view
        this.#tell(conversation, viewOf(message, view))
        shown.show(view)
      },
      settle: () => {
        over()
        return shown.settle()
      },
      abandon: () => {
        over()
        return shown.abandon()
      },
    }
  }

  /** A reply goes out; tried again it is no news. */
  delivers({ conversation, reply, attempt }: Delivery): void {
    if (attempt > 1 || !this.#listeners.has(conversation)) return
    if (reply.kind === 'text') this.#tell(conversation, { type: 'said', ...reply })
    else if (reply.kind === 'file') this.#tell(conversation, { type: 'file', ...namesOf(reply) })
    else if (reply.settled === undefined) this.#tell(conversation, { type: 'asked', prompt: reply.prompt })
    else {
      const { label, by } = reply.settled
      const settled = { type: 'settled', prompt: reply.prompt, label } as const
      this.#tell(conversation, { ...settled, ...(by === undefined ? {} : { by }) })
    }
  }

  #tell(conversation: string, event: Followed): void {
    for (const listener of this.#listeners.get(conversation) ?? []) listener(event)
  }
}

function turnOf(message: Message): Followed {
  const { address, from } = answeredAt(message)
  return { type: 'turn', message: messageId(message), user: personId(address, from), text: message.text }
}

function viewOf(message: Message, view: TurnView): Followed {
  return { type: 'view', message: messageId(message), view }
}

function namesOf({ key, name, bytes, caption }: Extract<Delivery['reply'], { kind: 'file' }>): {
  readonly key: string
  readonly name: string
  readonly bytes: number
  readonly caption?: string
} {
  return { key, name, bytes, ...(caption === undefined ? {} : { caption }) }
}
