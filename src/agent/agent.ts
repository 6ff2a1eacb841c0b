/** Claude for a program: the same sessions, order and durability that a chat has, behind a few methods. */
import { type BotOptions, startBot } from '../bot.ts'
import { type ConfigInput, configFrom, fixed } from '../config.ts'
import { personId, placeOf } from '../conversation/place.ts'
import { createLog } from '../log.ts'
import type { HistoryEntry } from '../store/records.ts'
import { AgentAdapter, adapterName } from './adapter.ts'
import { type AgentAnswer, type AgentEvent, AgentError } from './answer.ts'
import { type ApprovalHandler, denyAll } from './approvals.ts'

/**
 * What config.yaml takes, with its names and words (docs/configuration.md): `{ claude: { model: 'haiku', timeout: '5m' } }`.
 * Paths count from the working directory, `log.level` is `warn` where it is not given, and `${NAME}` in a value is
 * taken from the environment.
 */
export interface AgentOptions extends ConfigInput {
  /** Decides what Claude may do that is not allowed already; absent: everything else is denied. */
  readonly onApproval?: ApprovalHandler | undefined
  /** Replaces the CLI, for measurements. */
  readonly openSession?: BotOptions['openSession']
}

export interface AskOptions {
  /** Whose session: any id of yours, not empty. One user's messages are answered in order, users side by side. */
  readonly user: string
  /** Stops the turn, and what it runs; a message that still waits is withdrawn. */
  readonly signal?: AbortSignal | undefined
}

/** Every method that takes a user rejects with a RangeError when it is empty or not well-formed Unicode. */
export interface Agent extends AsyncDisposable {
  /**
   * Resolves with the whole answer. Rejects with {@link AgentError} when there is none, and with QueueError when the
   * message could not be written to disk.
   *
   * The message is on disk before Claude sees it: after a crash the next agent on the same `dataDir` answers it, into
   * the history. A text that calls a chat command (`/model sonnet`, `/cost`) is obeyed as in a chat.
   */
  chat(text: string, options: AskOptions): Promise<AgentAnswer>
  /**
   * The same as it happens; the last event is the answer. Nothing is sent before it is iterated. Leaving the loop
   * early stops the turn; from elsewhere, abort the signal. Throws what {@link chat} rejects with.
   */
  stream(text: string, options: AskOptions): AsyncGenerator<AgentEvent, void, undefined>
  /** Both sides of all that was said, oldest first; the last 50 entries unless `limit` says otherwise. Rejects with StoreError. */
  history(user: string, options?: { readonly limit?: number | undefined }): Promise<HistoryEntry[]>
  /**
   * Forgets the history, and the next message starts a new session; files in the workspace stay. Messages under way
   * are answered first. Rejects with {@link AgentError}, StoreError.
   */
  clear(user: string): Promise<void>
  /**
   * Takes no more messages, lets running turns end within 10 s and closes. What is not answered then rejects with
   * {@link AgentError} `closed`, and the next agent on the same `dataDir` answers it. Safe to call twice.
   */
  close(): Promise<void>
}

/**
 * Opens an agent. Only one at a time can use a `dataDir`. Rejects with ConfigError, QueueError (`locked`: the
 * `dataDir` is in use), StoreError, AuditError (`broken`: the audit log was changed), LogError.
 *
 * @example
 * await using agent = await createAgent({ claude: { allowedTools: ['Read'] } })
 * const { text } = await agent.chat('What is in this folder?', { user: 'ada' })
 */
export async function createAgent(options: AgentOptions = {}): Promise<Agent> {
  const { onApproval = denyAll, openSession, ...input } = options
  const config = await configFrom({ ...input, log: { level: 'warn', ...input.log } })
  const adapter = new AgentAdapter(onApproval)
  const log = createLog({ ...config.log, secrets: config.secrets })
  const replaced = openSession === undefined ? {} : { openSession }
  const starting = startBot(fixed(config), { log, adapters: [adapter], ...replaced })
  const bot = await starting.catch((error: unknown) => {
    log.close()
    throw error
  })

  async function* stream(text: string, { user, signal }: AskOptions): AsyncGenerator<AgentEvent, void> {
    yield* adapter.ask(text, checked(user), signal)
  }
  const chat: Agent['chat'] = (text, ask) => lastAnswer(stream(text, ask))
  async function close(): Promise<void> {
    adapter.leave()
    await bot.stop()
    log.close()
  }
  return {
    stream,
    chat,
    history: async (user, { limit = 50 } = {}) => {
      await bot.recorded(conversationOf(user))
      return bot.store.history.read(conversationOf(user), { limit })
    },
    clear: async (user) => {
      await chat('/new', { user })
      await bot.store.history.clear(conversationOf(user))
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function lastAnswer(events: AsyncIterable<AgentEvent>): Promise<AgentAnswer> {
  for await (const event of events) if (event.type === 'answer') return event.answer
  throw new AgentError('closed', 'The agent was closed before it answered.')
}

/** A direct chat belongs to its person, whatever the scope. */
function conversationOf(user: string): string {
  const address = { adapter: adapterName, channel: checked(user) }
  return placeOf('user', personId(address, { id: user }), { address, direct: true }).conversation
}

/** Ids that are not well-formed could be taken for one another once they are written to disk. */
function checked(user: string): string {
  if (user !== '' && user.isWellFormed()) return user
  throw new RangeError(
    `${JSON.stringify(user)} cannot name a user: give an id that is not empty and well-formed.`,
  )
}
