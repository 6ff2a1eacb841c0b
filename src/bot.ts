/** Puts the parts together: queue, store, adapters, conversations, router. Read it to see who is handed what. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AttachAdapter } from './attach/adapter.ts'
import type { Chosen } from './attach/desk.ts'
import { socketName } from './attach/wire.ts'
import { loadAdapter } from './adapters.ts'
import { openAudit } from './audit/audit.ts'
import type { Payer } from './budgets/accounts.ts'
import { Budgets } from './budgets/budgets.ts'
import { openSession } from './claude/session.ts'
import type { Session, SessionOptions } from './claude/turn.ts'
import type { Desk } from './commands/command.ts'
import { called, commands } from './commands/index.ts'
import { type Config, type ConfigInput, type LiveConfig, configFrom, fixed } from './config.ts'
import type { Adapter, Address, Bot, Log, Message } from './contract.ts'
import { besides, runAside } from './conversation/aside.ts'
import { Conversation, type ConversationParts } from './conversation/conversation.ts'
import { fileDesks, incomingDir, outboxDir } from './conversation/file-desks.ts'
import { Shares, createPermits } from './conversation/permits.ts'
import { personId, placeOf } from './conversation/place.ts'
import { Housekeeper } from './housekeeping/housekeeper.ts'
import { matchesRule } from './conversation/tool-pattern.ts'
import { type RootLog, createLog } from './log.ts'
import { Prompts } from './prompts/prompts.ts'
import { openEmbeddedQueue } from './queue/embedded.ts'
import type { Activation, Queue } from './queue/port.ts'
import { chooseFor } from './people/attaching.ts'
import { Codes } from './people/codes.ts'
import { LoopGuard } from './people/loop-guard.ts'
import { type KnownPerson, People } from './people/people.ts'
import { type Replies, createReplies } from './reply/replies.ts'
import { type Router, type RouterParts, createRouter } from './router.ts'
import { type Store, openStore } from './store/store.ts'

/** How long running turns may go on after a stop was asked for. */
const graceMs = 10_000
/** How long an adapter may take to stop. */
const adapterStopMs = 5_000

export interface RunningBot {
  /** Resolves when an adapter asked to leave, with the exit code. */
  readonly left: Promise<number>
  /** Session records, history and usage. */
  readonly store: Store
  /** Resolves when every accepted message has its visible final state. */
  idle(): Promise<void>
  /** Finishes sends in flight, lets running turns end within the bound, leaves the rest for the next start. Safe to call twice. */
  stop(): Promise<void>
}

export interface BotOptions {
  readonly log: RootLog
  /** Adapters already made, besides those that the config names. */
  readonly adapters?: readonly Adapter[]
  /** See {@link Bot.greeting}. */
  readonly greeting?: string
  /** Terminals of this machine may open the session of anybody while the bot runs, see {@link AttachAdapter}. */
  readonly attachable?: boolean
  /** Shown under /help. */
  readonly moreHelp?: string
  /** Another way to open a session: measurements replace the CLI. */
  readonly openSession?: (options: SessionOptions) => Promise<Session>
}

/** The parts that are open. */
interface House {
  readonly live: Pick<LiveConfig, 'current' | 'onChange'>
  readonly options: BotOptions
  readonly queue: Queue
  readonly store: Store
  readonly adapters: ReadonlyMap<string, Adapter>
  readonly replies: Replies
  readonly shares: Shares
  readonly budgets: Budgets
  readonly people: People
  readonly codes: Codes
  readonly loopGuard: LoopGuard
  readonly prompts: Prompts
  /** The conversations that this process holds. */
  readonly held: Map<string, Conversation>
}

/** Starts everything; resolves when every adapter is ready to receive. Rejects, with nothing left running, when a part cannot start. */
export async function startBot(live: House['live'], options: BotOptions): Promise<RunningBot> {
  await using opened = new AsyncDisposableStack()
  const house = await openHouse(live, options, opened)
  const { queue, store, replies } = house
  const parts = conversationParts(house)
  queue.work((activation) => converse(house, parts, activation), {
    activations: live.current.sessions.maxWarm,
  })
  queue.deliver((delivery) => replies.deliver(delivery))

  const leaving = Promise.withResolvers<number>()
  await startAdapters(house, leaving.resolve)
  opened.use(housekeeperOf(house)).start()
  const running = opened.move()
  let stopping: Promise<void> | undefined
  return {
    left: leaving.promise,
    store,
    idle: () => queue.idle(),
    stop: () => (stopping ??= running.disposeAsync()),
  }
}

/** Opens the parts; `opened` closes them in the opposite order. */
async function openHouse(
  live: House['live'],
  options: BotOptions,
  opened: AsyncDisposableStack,
): Promise<House> {
  const { dataDir, sessions, store: storeOptions } = live.current
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const store = await openStore({ url: storeOptions.url, file: join(dataDir, 'store.db') })
  opened.defer(() => store.close())
  const choose = (as: string | undefined): Promise<Chosen> => chooseFor(people, as)
  const terminals =
    options.attachable === true ? [new AttachAdapter({ path: join(dataDir, socketName), choose })] : []
  const adapters = await makeAdapters(live.current, [...(options.adapters ?? []), ...terminals])
  opened.defer(() => stopAdapters(adapters, options.log))
  const replies = createReplies({
    adapter: (name) => adapters.get(name),
    log: options.log,
    long: { maxMessages: () => live.current.replies.maxMessages, outbox: outboxDir(live.current) },
  })
  opened.defer(() => replies.close())
  const audit = await openAudit(join(dataDir, 'audit.jsonl'))
  opened.defer(() => audit.close())
  const queue = await openEmbeddedQueue({ file: join(dataDir, 'queue.db'), log: options.log })
  // What an earlier process had not fetched to the end: the data directory is ours alone from here on.
  await rm(incomingDir(live.current), { recursive: true, force: true })
  const prompts = new Prompts({
    shelf: store.prompts,
    queue,
    audit,
    log: options.log,
    waits: () => live.current.approvals,
    stands: (name) => adapters.get(name)?.local !== true,
  })
  opened.defer(() => prompts.close())
  const held = new Map<string, Conversation>()
  // First of all when it ends: turns that are running may still send their answers.
  opened.defer(() => {
    const closed = queue.close(graceMs)
    for (const conversation of held.values()) conversation.suspend()
    return closed
  })
  await prompts.start()
  const permits = createPermits(sessions.maxRunning)
  opened.defer(
    live.onChange(({ sessions: next }) => {
      queue.limit({ activations: next.maxWarm })
      permits.resize(next.maxRunning)
    }),
  )
  const people = new People({
    store,
    rules: () => live.current.access,
    isLocal: (name) => adapters.get(name)?.local === true,
  })
  const loopGuard = new LoopGuard({
    store,
    rules: () => live.current.access,
    people,
    post: (replies) => queue.post(replies),
    log: options.log,
  })
  const budgets = new Budgets({
    store,
    queue,
    rules: () => live.current.budgets,
    limits: () => live.current.limits,
    payerOf: async ({ address, from }) => payerOf(await people.of(address, from), address),
  })
  await budgets.settleDead()
  return {
    live,
    options,
    queue,
    store,
    adapters,
    replies,
    shares: new Shares(permits, () => live.current.limits.concurrentTurns),
    budgets,
    people,
    codes: new Codes(store),
    loopGuard,
    prompts,
    held,
  }
}

async function makeAdapters(config: Config, made: readonly Adapter[]): Promise<ReadonlyMap<string, Adapter>> {
  const named = Object.entries(config.adapters).map(([name, adapter]) =>
    loadAdapter(name, adapter.settings, adapter.module),
  )
  return new Map([...made, ...(await Promise.all(named))].map((adapter) => [adapter.name, adapter]))
}

async function startAdapters(house: House, leave: (exitCode: number) => void): Promise<void> {
  const router = createRouter({ ...deskParts(house), called, prompts: house.prompts })
  const { log, greeting = '' } = house.options
  const starting = new AbortController()
  const started = [...house.adapters.values()].map((adapter) => {
    const bound = log.child({ adapter: adapter.name })
    return adapter.start(botFor(adapter, router, bound, greeting, leave), starting.signal)
  })
  try {
    await Promise.all(started)
  } catch (error) {
    // One that cannot start takes those along that still try.
    starting.abort()
    throw error
  }
}

function botFor(
  adapter: Adapter,
  router: Router,
  log: Bot['log'],
  greeting: string,
  leave: Bot['leave'],
): Bot {
  return { receive: (inbound) => router(adapter, inbound), commands, log, greeting, leave }
}

/** An adapter that does not come back is left: what it had to send is on disk. */
async function stopAdapters(adapters: ReadonlyMap<string, Adapter>, log: Log): Promise<void> {
  const stopping = [...adapters.values()].map(async (adapter) => {
    const late = sleep(adapterStopMs, 'late', { ref: false })
    const ended = await Promise.race([adapter.stop(), late])
    if (ended === 'late') log.warn({ adapter: adapter.name }, 'an adapter did not stop in time')
  })
  await Promise.all(stopping)
}

async function converse(house: House, parts: ConversationParts, activation: Activation): Promise<void> {
  const { held, live, store } = house
  const main = besides(activation.conversation)
  if (main !== undefined) return runAside(parts, activation, await store.sessions.get(main))
  const record = await store.sessions.get(activation.conversation)
  const conversation = new Conversation(parts, activation, record)
  held.set(activation.conversation, conversation)
  try {
    await conversation.run(() => live.current.sessions.idleTimeout)
  } finally {
    held.delete(activation.conversation)
  }
}

function conversationParts(house: House): ConversationParts {
  const { live, options, queue, store, shares, budgets, prompts, people, replies } = house
  const desk = deskParts(house).desk
  return {
    queue,
    store,
    shares,
    budgets,
    prompts,
    log: options.log,
    dataDir: live.current.dataDir,
    claude: () => live.current.claude,
    personOf: async ({ address, from }) => (await people.of(address, from)).id,
    homeOf: (person, message) => placeOf(live.current.sessions.scope, person, message).home,
    ...fileDesks(house.live, house.adapters),
    toolRules: (request) => ({
      always: false,
      second: live.current.approvals.secondApprover.some((rule) => matchesRule(rule, request)),
    }),
    openSession: options.openSession ?? ((session) => openSession(session, { log: options.log })),
    showTurn: (envelope, key, onSent) => replies.show(envelope, key, onSent),
    called,
    arrivalRules: ({ address }) => {
      const { midTurn, burst } = live.current.sessions
      // Whoever sits at a terminal ends a message on purpose, and a program waits for an answer to each.
      return house.adapters.get(address.adapter)?.local === true ? { midTurn, burst: 0 } : { midTurn, burst }
    },
    desk: async (message, args) => desk(await people.of(message.address, message.from), message, args),
    projects: () => live.current.projects,
  }
}

function housekeeperOf({ live, options, queue, store, people, held }: House): Housekeeper {
  return new Housekeeper({
    store,
    queue,
    config: () => live.current,
    isHeld: (conversation) => held.has(conversation),
    addressOf: (home) => people.addressOf(home),
    log: options.log,
  })
}

function payerOf({ id, role = 'guest' }: KnownPerson, address: Address): Payer {
  return { person: id, role, address }
}

function deskParts({
  live,
  options,
  queue,
  store,
  budgets,
  people,
  codes,
  loopGuard,
  held,
}: House): Omit<RouterParts, 'called' | 'prompts'> {
  const config = (): Config => live.current
  const desk = (person: KnownPerson, message: Message, args: string): Desk => {
    const place = placeOf(config().sessions.scope, person.id, message)
    return {
      args,
      message,
      person,
      account: personId(message.address, message.from),
      place,
      config: config(),
      queue,
      people,
      codes,
      store,
      budgets,
      payer: payerOf(person, message.address),
      commands,
      moreHelp: options.moreHelp ?? '',
      doing: () => held.get(place.conversation)?.doing,
      stop: () => held.get(place.conversation)?.stop() ?? false,
    }
  }
  return { queue, config, people, codes, loopGuard, desk }
}

/**
 * The whole bot for a program: `config` is what config.yaml takes, as an object. Throws ConfigError, QueueError,
 * StoreError, AuditError, and AdapterError when an adapter cannot start.
 */
export async function createBot(config: ConfigInput, options: Partial<BotOptions> = {}): Promise<RunningBot> {
  const checked = await configFrom(config)
  if (options.log !== undefined) return startBot(fixed(checked), { ...options, log: options.log })
  const log = createLog({ ...checked.log, secrets: checked.secrets })
  try {
    const bot = await startBot(fixed(checked), { ...options, log })
    return { ...bot, stop: () => bot.stop().finally(() => log.close()) }
  } catch (error) {
    log.close()
    throw error
  }
}
