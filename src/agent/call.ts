/** One message on its way, as its sender sees it. */
import type { TurnView } from '../contract.ts'
import { type AgentAnswer, type AgentEvent, AgentError } from './answer.ts'
import { eventsBetween, nothingYet } from './progress.ts'

export class Call {
  /** Of its message. */
  readonly id: string
  readonly user: string
  /** Resolves when the message is on disk, or could not be put there. */
  readonly posted = Promise.withResolvers<void>()
  /** True from the moment in which its turn begins. */
  begun = false
  /** Set once the sender wants no answer any more. */
  left: { readonly reason: unknown } | undefined
  #view = nothingYet
  readonly #told: AgentEvent[] = []
  #end: AgentAnswer | AgentError | undefined
  #changed = Promise.withResolvers<void>()

  constructor(id: string, user: string) {
    this.id = id
    this.user = user
  }

  get ended(): boolean {
    return this.#end !== undefined
  }

  /** A view is whole: it stands for those that the reader has not come to. */
  show(view: TurnView): void {
    this.#view = view
    this.#changed.resolve()
  }

  /** Something that no view shows. */
  tell(event: AgentEvent): void {
    this.#told.push(event)
    this.#changed.resolve()
  }

  /** The first end counts. */
  end(end: AgentAnswer | AgentError): void {
    this.#end ??= end
    this.#changed.resolve()
  }

  /** For one reader, who may be slow. Throws the {@link AgentError} that it ended with. */
  async *events(): AsyncGenerator<AgentEvent, void, undefined> {
    let seen = nothingYet
    for (;;) {
      const view = this.#view
      const end = this.#end
      yield* eventsBetween(seen, view)
      seen = view
      yield* this.#told.splice(0)
      if (end instanceof AgentError) throw end
      if (end !== undefined) {
        // The last words may never have been shown.
        yield* eventsBetween(seen, { ...seen, markdown: end.text })
        return yield { type: 'answer', answer: end }
      }
      await this.#changed.promise
      this.#changed = Promise.withResolvers()
    }
  }
}
