/** One conversation while this process holds it: its messages' waits and turns, as spans. */
import type { Session, SessionOptions, TurnResult } from '../claude/turn.ts'
import type { TurnHappening } from '../conversation/parts.ts'
import type { Activation, Envelope } from '../queue/port.ts'
import type { Attributes, Span, Tracing } from './port.ts'
import { withTrace } from './receiving.ts'

export class Lane {
  readonly #tracing: Tracing
  #turn: Span | undefined
  /** Tools that run, by the CLI's ids. */
  readonly #tools = new Map<string, Span>()
  #hasText = false

  constructor(tracing: Tracing) {
    this.#tracing = tracing
  }

  /** `traceparent` of the turn that runs. */
  get context(): string | undefined {
    return this.#turn?.context
  }

  /** The activation, with what goes through it told. */
  around(activation: Activation): Activation {
    return {
      get conversation() {
        return activation.conversation
      },
      get expected() {
        return activation.expected
      },
      get signal() {
        return activation.signal
      },
      get behind() {
        return activation.behind
      },
      get wanted() {
        return activation.wanted
      },
      next: async (idleMs) => {
        this.end()
        const envelope = await activation.next(idleMs)
        if (envelope !== undefined) this.#begin(envelope)
        return envelope
      },
      stay: (forMs) => activation.stay(forMs),
      onArrival: (listener) => activation.onArrival(listener),
      onWanted: (listener) => activation.onWanted(listener),
      park: (waitsFor) => {
        this.#turn?.event('parked')
        activation.park(waitsFor)
      },
      join: async (envelope) => {
        const joined = await activation.join(envelope)
        if (joined !== undefined) this.#joined(joined)
        return joined
      },
      part: (envelope) => activation.part(envelope),
      now: (envelope) => activation.now(envelope),
      draft: (envelope, sent) => activation.draft(envelope, sent),
      commit: async (envelopes, outcome, replies) => {
        const turn = this.#turn
        await activation.commit(envelopes, outcome, withTrace(replies, turn?.context))
        turn?.set({ 'parley.outcome': outcome })
        if (outcome === 'failed') turn?.fail('failed')
      },
    }
  }

  /** Opens a session's process, and tells how long that took. */
  opening(open: (options: SessionOptions) => Promise<Session>): typeof open {
    return async (options) => {
      const attributes = { 'parley.resumes': options.resume }
      const span = this.#tracing.begin('start claude', { parent: this.context, attributes })
      try {
        return await open(options)
      } catch (error) {
        span.fail(error instanceof Error && 'code' in error ? String(error.code) : 'unknown')
        throw error
      } finally {
        span.end()
      }
    }
  }

  /** What happens in the turn. No words of anybody: names, numbers and codes. */
  watch(happening: TurnHappening): void {
    const turn = this.#turn
    if (turn === undefined) return
    switch (happening.type) {
      case 'queued':
      case 'placed':
      case 'started':
      case 'compacting':
        return turn.event(happening.type)
      case 'text':
      case 'text-block':
        if (!this.#hasText) turn.event('first text')
        this.#hasText = true
        return
      case 'tool':
        return this.#begun(happening.id, happening.name)
      case 'tool-result':
        return this.#done(happening.id, happening.ok)
      case 'approval':
        return turn.event('asks for leave', { 'gen_ai.tool.name': happening.request.tool })
      case 'api-retry':
        return turn.event('api retry', { attempt: happening.attempt, status: happening.status ?? 0 })
      case 'result':
        return turn.set(figuresOf(happening.result))
      case 'approval-withdrawn':
      case 'text-void':
      case 'thinking':
    }
  }

  /** Ends the turn that runs: it was committed, or is left to be handed out again. */
  end(): void {
    for (const span of this.#tools.values()) span.end()
    this.#tools.clear()
    this.#turn?.end()
    this.#turn = undefined
  }

  #begin({ message, conversation, acceptedAt, attempt, died }: Envelope): void {
    const { trace: parent, address } = message
    const attributes = { 'parley.adapter': address.adapter, 'parley.attempt': attempt }
    this.#tracing.begin('wait', { parent, attributes, startedAt: acceptedAt }).end()
    this.#hasText = false
    this.#turn = this.#tracing.begin('turn', {
      parent,
      attributes: { ...attributes, 'parley.conversation': conversation, 'parley.died': died },
    })
  }

  /** It has a trace of its own, which ends in this turn. */
  #joined({ message, acceptedAt }: Envelope): void {
    const { trace: parent, address } = message
    const attributes = { 'parley.adapter': address.adapter, 'parley.joined': true }
    const wait = this.#tracing.begin('wait', { parent, attributes, startedAt: acceptedAt })
    if (this.#turn !== undefined) wait.link(this.#turn.context)
    wait.end()
    this.#turn?.link(wait.context)
    this.#turn?.event('joined')
  }

  #begun(id: string, tool: string): void {
    const attributes = { 'gen_ai.tool.name': tool }
    this.#tools.set(id, this.#tracing.begin('tool', { parent: this.context, attributes }))
  }

  #done(id: string, ok: boolean): void {
    const span = this.#tools.get(id)
    if (!ok) span?.fail('tool-failed')
    span?.end()
    this.#tools.delete(id)
  }
}

function figuresOf({ fault, costUsd, usage, model, durationMs }: TurnResult): Attributes {
  return {
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.usage.input_tokens': usage.input,
    'gen_ai.usage.output_tokens': usage.output,
    'parley.cache_read_tokens': usage.cacheRead,
    'parley.cache_write_tokens': usage.cacheWrite,
    'parley.cost_usd': costUsd,
    'parley.claude_ms': durationMs,
    ...(model === undefined ? {} : { 'gen_ai.request.model': model }),
    ...(fault === undefined ? {} : { 'parley.fault': fault.code }),
  }
}
