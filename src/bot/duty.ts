/** Is the bot at work: which adapters are ready, and is anything new begun? */
import type { Adapter, AdapterView, Overview } from '../contract.ts'
import type { Queue } from '../queue/port.ts'
import type { Meter } from './meter.ts'

type Delivered = Pick<AdapterView, 'sent' | 'later' | 'undeliverable'>

export class Duty {
  readonly #queue: Pick<Queue, 'pause' | 'resume'>
  readonly #ready = new Set<string>()
  readonly #delivered = new Map<string, Delivered>()
  #state: Overview['state'] = 'running'
  #leaving = false
  /** Conversations whose messages are kept for later, as they were told. */
  readonly #told = new Set<string>()

  constructor(queue: Pick<Queue, 'pause' | 'resume'>, meter: Pick<Meter, 'listen'>) {
    this.#queue = queue
    meter.listen((happening) => {
      if (happening.type !== 'delivery') return
      const { adapter, state } = happening
      const before = this.#delivered.get(adapter) ?? { sent: 0, later: 0, undeliverable: 0 }
      this.#delivered.set(adapter, { ...before, [state]: before[state] + 1 })
    })
  }

  get state(): Overview['state'] {
    return this.#state
  }

  /** This adapter has started. */
  begins(adapter: string): void {
    this.#ready.add(adapter)
  }

  view(adapter: Pick<Adapter, 'name' | 'connected'>): AdapterView {
    const { name } = adapter
    const delivered = this.#delivered.get(name) ?? { sent: 0, later: 0, undeliverable: 0 }
    const connected = adapter.connected?.() ?? true
    const state = !this.#ready.has(name) ? 'starting' : connected ? 'ready' : 'away'
    return { name, state, ...delivered }
  }

  /** Nothing more is begun. Resolves with whether to leave when nothing runs any more, or it was resumed. */
  async drain(leave: boolean): Promise<boolean> {
    if (this.#state === 'running') this.#state = 'draining'
    this.#leaving ||= leave
    await this.#queue.pause()
    if (this.state === 'running') return false
    this.#state = 'drained'
    return this.#leaving
  }

  /** False: it is to leave. */
  resume(): boolean {
    if (this.#leaving) return false
    this.#state = 'running'
    this.#told.clear()
    this.#queue.resume()
    return true
  }

  /** Is a message for this conversation kept for later, and is that news there? */
  keeps(conversation: string): boolean {
    if (this.#state === 'running' || this.#told.has(conversation)) return false
    this.#told.add(conversation)
    return true
  }

  /** The program ends: whoever asks is told to come again. */
  ends(): void {
    this.#leaving = true
    this.#state = 'draining'
  }
}
