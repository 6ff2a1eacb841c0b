/** Opens the parts of the bot, one after the other, and says in which order they close. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isOpen } from '../access.ts'
import { AttachAdapter } from '../attach/adapter.ts'
import type { Chosen } from '../attach/desk.ts'
import { socketName } from '../attach/wire.ts'
import { type Audit, openAudit } from '../audit/audit.ts'
import type { Broker } from '../broker/port.ts'
import type { Budgets } from '../budgets/budgets.ts'
import type { Session, SessionOptions } from '../claude/turn.ts'
import type { Config, LiveConfig } from '../config.ts'
import type { Adapter } from '../contract.ts'
import type { Conversation } from '../conversation/conversation.ts'
import { Asides } from '../conversation/asides.ts'
import { putOn } from '../conversation/approvers.ts'
import { tellOfDead } from '../conversation/cut-off.ts'
import { incomingDir, outboxDir } from '../conversation/file-desks.ts'
import { dropOrphans } from '../files/outbox.ts'
import { remember } from '../people/preferring.ts'
import { shareOf } from '../conversation/parking.ts'
import { Shares, createPermits } from '../conversation/permits.ts'
import { rerun } from '../conversation/revisions.ts'
import type { RootLog } from '../log.ts'
import { chooseFor } from '../people/attaching.ts'
import { Codes } from '../people/codes.ts'
import { LoopGuard } from '../people/loop-guard.ts'
import { People } from '../people/people.ts'
import { Places } from '../people/places.ts'
import type { Offers } from '../prompts/offers.ts'
import { Prompts } from '../prompts/prompts.ts'
import type { Cluster } from '../queue/cluster.ts'
import type { Queue } from '../queue/port.ts'
import { type Replies, createReplies } from '../reply/replies.ts'
import type { Sandbox } from '../sandbox/port.ts'
import { type Store, openStore } from '../store/store.ts'
import { openTracing } from '../telemetry/open.ts'
import { Traces } from '../telemetry/traces.ts'
import { isAlone, makeAdapters, stopAdapters } from './adapters.ts'
import { Audience } from './audience.ts'
import { Duty } from './duty.ts'
import { Meter } from './meter.ts'
import { hearNodes, tellNodes } from './news.ts'
import { openNode } from './node.ts'
import { openOffers } from './offers.ts'
import { approversBut } from './reachable.ts'
import { openWalls } from './walls.ts'

/** How long running turns may go on after a stop was asked for. */
const graceMs = 10_000
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
export interface House {
  readonly live: Pick<LiveConfig, 'current' | 'onChange'> & Partial<Pick<LiveConfig, 'written' | 'change'>>
  readonly options: BotOptions
  readonly queue: Queue
  /** Undefined: there are no other nodes. */
  readonly cluster: Cluster | undefined
  readonly store: Store
  readonly adapters: ReadonlyMap<string, Adapter>
  readonly replies: Replies
  readonly sandbox: Sandbox
  /** Keeps the model's key. */
  readonly broker: Broker
  readonly shares: Shares
  readonly budgets: Budgets
  readonly people: People
  readonly places: Places
  readonly codes: Codes
  readonly loopGuard: LoopGuard
  readonly prompts: Prompts
  readonly offers: Offers
  /** The conversations that this process holds. */
  readonly held: Map<string, Conversation>
  readonly asides: Asides
  readonly meter: Meter
  /** Undefined: none are wanted. */
  readonly traces: Traces | undefined
  readonly audit: Audit
  readonly duty: Duty
  readonly audience: Audience
}

/** Opens the parts; `opened` closes them in the opposite order. */
export async function openHouse(
  live: House['live'],
  options: BotOptions,
  opened: AsyncDisposableStack,
): Promise<House> {
  const { dataDir, sessions, store: storeOptions } = live.current
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const tracing = await openTracing(live.current.telemetry, options.log)
  const traces = tracing && new Traces(tracing)
  // Last of all: what is sent while the bot closes is told of, too.
  opened.defer(() => traces?.close())
  const shared = live.current.queue.url !== undefined
  const store = await openStore({ url: storeOptions.url, file: join(dataDir, 'store.db'), shared })
  opened.defer(() => store.close())
  const choose = (as: string | undefined): Promise<Chosen> => chooseFor(people, as)
  const adapters = new Map(await makeAdapters(live.current, options.adapters ?? []))
  const { queue, cluster, dir, first, release } = await openNode(live.current, adapters, options.log)
  opened.defer(release)
  // Where a later part cannot start; else it is closed long before.
  opened.defer(() => queue.close(0))
  if (options.attachable === true) {
    const terminals = new AttachAdapter({ path: join(dir, socketName), choose })
    adapters.set(terminals.name, terminals)
  }
  opened.defer(() => stopAdapters(adapters, options.log))
  const { sandbox, broker } = await openWalls(live.current, isAlone(adapters), options.log, opened)
  const meter = new Meter()
  const replies = createReplies({
    // A node that takes no part in the chats shows nothing there either; its answers are sent by one that does.
    adapter: (name) => (live.current.roles.includes('gateway') ? adapters.get(name) : undefined),
    unsent: (conversation) => queue.unsent(conversation),
    retried: ({ address: { adapter }, key }, code) => {
      meter.tell({ type: 'retry', adapter })
      traces?.retried(key, code)
    },
    log: options.log,
    long: { maxMessages: () => live.current.replies.maxMessages, outbox: outboxDir(live.current) },
  })
  opened.defer(() => replies.close())
  const audit = await openAudit(join(dir, 'audit.jsonl'))
  opened.defer(() => audit.close())
  if (first) await tidyUp(live.current, queue, options.log)
  const prompts = new Prompts({
    shelf: store.prompts,
    queue,
    audit,
    log: options.log,
    waits: () => live.current.approvals,
    stands: (name) => adapters.get(name)?.local !== true,
    putToOthers: async (record) =>
      putOn(record, await approversBut(record.requesters ?? [], { people, adapters, offers })),
    exclusive: store.exclusive('prompt'),
    onEnd: ({ id, conversation }) => {
      queue.wake(conversation)
      tellNodes(cluster, { of: 'prompt', id }, options.log)
    },
  })
  opened.defer(() => prompts.close())
  const held = new Map<string, Conversation>()
  // First of all when it ends: turns that are running may still send their answers.
  opened.defer(() => {
    const closed = queue.close(graceMs)
    for (const conversation of held.values()) conversation.suspend()
    return closed
  })
  prompts.carriedOut('rerun', (record) => rerun(queue, record))
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
    language: () => live.current.language,
    isLocal: (name) => adapters.get(name)?.local === true,
    vouched: (id) => {
      const adapter = id.slice(0, id.indexOf(':'))
      return adapters.get(adapter)?.vouches?.(id.slice(adapter.length + 1))
    },
  })
  const places = await Places.open({
    shelf: store.handoffs,
    scope: (name) => (adapters.get(name)?.programs === true ? 'thread' : live.current.sessions.scope),
    joins: (name) => adapters.get(name)?.programs === true,
    isOpen: ({ direct, ...address }) =>
      isOpen(live.current.access, adapters.get(address.adapter) ?? {}, { address, direct }),
    changed: () => tellNodes(cluster, { of: 'places' }, options.log),
  })
  prompts.carriedOut('mid-turn', (record) => remember(people, record))
  const loopGuard = new LoopGuard({
    store,
    rules: () => live.current.access,
    people,
    queue,
    log: options.log,
  })
  const parts = { live, queue, store, audit, adapters, people, places, prompts, held, meter }
  const { offers, budgets } = openOffers(parts)
  // Of what other nodes work on nothing is dead.
  if (first) await budgets.settleDead()
  await prompts.start(first)
  if (first) await tellOfDead({ queue, store })
  opened.use(hearNodes(cluster, { prompts, places }, options.log))
  return {
    live,
    options,
    queue,
    cluster,
    store,
    adapters,
    replies,
    sandbox,
    broker,
    shares: new Shares(
      permits,
      () => live.current.limits.concurrentTurns,
      (person) => queue.wakeAll(shareOf(person)),
    ),
    budgets,
    people,
    places,
    codes: new Codes(store),
    loopGuard,
    prompts,
    offers,
    held,
    asides: new Asides(),
    meter,
    traces,
    audit,
    duty: new Duty(queue, meter),
    audience: new Audience(),
  }
}

/** What an earlier process had not fetched to the end, or nobody waits for: the data directory is ours alone from here on. */
async function tidyUp(config: Config, queue: Queue, log: RootLog): Promise<void> {
  await rm(incomingDir(config), { recursive: true, force: true })
  const orphans = await dropOrphans(outboxDir(config), await queue.promised())
  if (orphans > 0) log.info({ orphans }, 'removed copies of files that no chat waits for')
}
