/** The platform and the person in front of it, as a rig plays them, and a bot that remembers. */
import { randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { expect, vi } from 'vitest'
import type {
  Adapter,
  Address,
  Bot,
  CommandInfo,
  Inbound,
  Keep,
  Log,
  Page,
  Person,
  PromptReply,
  Receipt,
  ReplyStream,
  Suggestion,
  TextReply,
  Finding,
  Office,
} from '../../../src/contract.ts'

export interface AdapterRig {
  /** Not started. */
  readonly adapter: Adapter
  /** Where the bot writes to. */
  readonly address: Address
  /** A person writes this. */
  say(text: string): Promise<void>
  /** A person answers the prompt that stands in the chat. */
  choose(prompt: PromptReply, choice: string, words?: string): Promise<void>
  /** All that stands in the chat now, as a person sees it. */
  shown(): Promise<string>
  /** All that was sent to the platform, as it was sent. */
  written(): string
  /** From now on the platform cannot be reached. */
  breakOff(): Promise<void>
  /** The platform delivers its last event once more. Absent: it never does. */
  redeliver?(): Promise<void>
  /** Whether the last event was acknowledged. Absent: the platform wants no acknowledgement. */
  acknowledged?(): boolean
  /** Texts that would do harm on this platform, and what must not be found in {@link written} then. */
  readonly hostile: readonly { readonly text: string; readonly never: string }[]
}

/** A bot that remembers. `answer` says what becomes of what arrives. */
export class RecordingBot implements Bot {
  readonly #events = new EventEmitter()
  readonly received: Inbound[] = []
  readonly left: number[] = []
  /** When the gaps began that the adapter told of. */
  readonly gaps: (number | undefined)[] = []
  readonly commands: readonly CommandInfo[] = [
    { name: 'help', usage: '', summary: 'shows this', when: 'now' },
    { name: 'btw', usage: '<question>', summary: 'asks aside', when: 'aside' },
    { name: 'retry', usage: '', summary: 'sends it again', when: 'turn' },
    { name: 'code-review', usage: '', summary: 'reviews', when: 'turn', by: 'claude' },
  ]
  readonly log: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore }
  readonly greeting = 'under test'
  answer: (inbound: Inbound) => Promise<Receipt> = async () => 'accepted'

  receive = (inbound: Inbound): Promise<Receipt> => {
    this.received.push(inbound)
    this.#events.emit('received')
    return this.answer(inbound)
  }

  /** Whom the adapter told to be typing, and where. */
  readonly expected: Parameters<Bot['expects']>[] = []
  expects = (...of: Parameters<Bot['expects']>): void => void this.expected.push(of)

  missed = (since?: number): void => void this.gaps.push(since)

  readonly kept = new Map<string, string>()
  readonly keep: Keep = {
    get: async (key) => this.kept.get(key),
    set: async (key, value) => void this.kept.set(key, value),
    delete: async (key) => void this.kept.delete(key),
    entries: () => this.#entries(),
  }

  async *#entries(): AsyncGenerator<readonly [string, string]> {
    yield* this.kept
  }

  readonly files: Bot['files'] = {
    put: async () => undefined,
    open: async () => undefined,
    delete: async () => undefined,
  }

  page = async (): Promise<Page> => []

  measures = {
    standing: async () => ({ waiting: 0, running: 0, undelivered: 0, warm: 0 }),
    listen: () => undefined,
  }
  readiness = async (): Promise<readonly Finding[]> => []

  office = (): Office => {
    throw new Error('no adapter of a chat asks for more than its messages')
  }
  operating: Bot['operating'] = () => {
    throw new Error('no adapter of a chat asks for more than its messages')
  }
  draining = false
  suggest: Bot['suggest'] = async (): Promise<readonly Suggestion[]> => []

  leave = (exitCode: number): void => void this.left.push(exitCode)

  /** Resolves when so many have arrived. */
  async arrived(count: number): Promise<readonly Inbound[]> {
    while (this.received.length < count)
      await once(this.#events, 'received', { signal: AbortSignal.timeout(5000) })
    return this.received
  }
}

/** Whoever asks. */
export const person: Person = { id: 'UANN' }

export function textReply(markdown: string, more: Partial<TextReply> = {}): TextReply {
  return { kind: 'text', key: randomUUID(), markdown, tone: 'answer', ...more }
}

export function promptReply(): PromptReply {
  const prompt = randomUUID()
  return {
    kind: 'prompt',
    key: `prompt/${prompt}`,
    prompt,
    title: 'Claude wants to use Bash',
    markdown: 'Clears the build.\n\n```bash\nrm -r build\n```',
    choices: [
      { id: 'once', label: 'Allow once', style: 'primary' },
      { id: 'deny', label: 'Deny', style: 'danger' },
      { id: 'why', label: 'Deny and say why', text: true },
    ],
  }
}

export type OpenRig = () => Promise<AdapterRig>

export async function ready(
  open: OpenRig,
): Promise<AdapterRig & { bot: RecordingBot; signal: AbortController }> {
  const rig = await open()
  const bot = new RecordingBot()
  const signal = new AbortController()
  await rig.adapter.start(bot, signal.signal)
  return Object.assign(rig, { bot, signal })
}

export function stands(rig: AdapterRig, text: RegExp): Promise<void> {
  return vi.waitFor(async () => expect(await rig.shown()).toMatch(text), { timeout: 5000, interval: 5 })
}

export function streamOf({ adapter, address }: AdapterRig): ReplyStream {
  const stream = adapter.stream?.(address, randomUUID(), person)
  if (stream === undefined) throw new Error('this adapter is said to stream and has no stream()')
  return stream
}

function ignore(): void {}
