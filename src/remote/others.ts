/** What others say and are answered in a session that is followed from here, as the terminal is shown it. */
import type { Adapter, Address } from '../contract.ts'
import { Asked } from './asked.ts'
import type { Desk } from './desk.ts'
import { RemoteError } from './errors.ts'
import type { ServerEvent } from './event-stream.ts'
import { Followed, type HistoryLine } from './shapes.ts'

export interface OthersParts {
  readonly terminal: Adapter
  readonly to: Address
  readonly desk: Desk
  /** Was this message sent from here? */
  readonly isOwn: (message: string) => boolean
}

export class Others {
  readonly #parts: OthersParts
  /** Their turns that run, by message. */
  readonly #turns = new Map<string, Asked>()

  constructor(parts: OthersParts) {
    this.#parts = parts
  }

  /** Throws {@link RemoteError} `other-version`. */
  async take(event: ServerEvent): Promise<void> {
    if (!kinds.has(event.type)) return
    const told = parsed(event)
    const { desk, isOwn } = this.#parts
    switch (told.type) {
      case 'turn':
        if (!isOwn(told.data.message) && !this.#turns.has(told.data.message)) await this.#begin(told.data)
        return
      case 'view': {
        const { message, ...view } = told.data
        return this.#turns.get(message)?.show(view)
      }
      case 'said':
        return this.#said(told.data)
      case 'file': {
        const { message = '', name, bytes, caption } = told.data
        // Those that were sent to others lie where they are: in the workspace.
        const markdown = `${caption === undefined ? '' : `${caption}\n\n`}${coded(name)} (${bytes} bytes)`
        return isOwn(message) ? undefined : desk.say({ markdown, tone: 'notice' })
      }
      case 'permission':
        return desk.ask(told.data)
      case 'settled':
        return desk.settle(told.data.prompt, told.data.label, told.data.by)
    }
  }

  /** What was said before, so that one knows what it is about. */
  async past(lines: readonly HistoryLine[]): Promise<void> {
    for (const { role, user = '', text } of lines)
      await this.#parts.desk.say(
        role === 'user'
          ? { markdown: spoken(user, text), tone: 'notice' }
          : { markdown: text, tone: role === 'assistant' ? 'answer' : 'notice' },
      )
  }

  /** Nothing runs any more: what was seen of it is all that is known here. */
  async over(): Promise<void> {
    const turns = [...this.#turns.values()]
    this.#turns.clear()
    for (const turn of turns) await turn.abandon()
  }

  async #begin({ message, user, text }: { message: string; user: string; text: string }): Promise<void> {
    const { terminal, to, desk } = this.#parts
    await desk.say({ markdown: spoken(user, text), tone: 'notice' })
    // The terminal takes it for no answer to what was asked here.
    const key = `followed-${message.replaceAll('/', ' ')}`
    this.#turns.set(message, new Asked(terminal, to, { key, from: { id: user } }))
  }

  async #said(said: Extract<Followed, { type: 'said' }>['data']): Promise<void> {
    const { message = '', markdown, tone, outcome, figures } = said
    if (this.#parts.isOwn(message)) return
    const turn = this.#turns.get(message)
    if (turn === undefined || outcome === undefined) return this.#parts.desk.say({ markdown, tone })
    this.#turns.delete(message)
    await turn.end({ markdown, outcome, tone, ...(figures && { figures }) })
  }
}

const kinds = new Set<string>(Followed.options.map(({ shape }) => shape.type.value))

function parsed({ type, data }: ServerEvent): Followed {
  try {
    return Followed.parse({ type, data: JSON.parse(data) })
  } catch (cause) {
    const message = `The bot tells of \`${type}\` in a way that this version of Parley does not know.`
    throw new RemoteError('other-version', message, { cause })
  }
}

/** As a quotation: it can look like nothing else. */
function spoken(user: string, text: string): string {
  return [coded(user), ...text.split('\n').map((line) => `> ${line}`)]
    .join('\n\n')
    .replaceAll('\n\n> ', '\n> ')
}

function coded(name: string): string {
  return `\`${name.replaceAll('`', "'")}\``
}
