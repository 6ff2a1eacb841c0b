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
import type { LiveConfig } from '../config.ts'
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
import { openEmbeddedQueue } from '../queue/embedded.ts'
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
  const store = await openStore({ url: storeOptions.url, file: join(dataDir, 'store.db') })
  opened.defer(() => store.close())
  const choose = (as: string | undefined): Promise<Chosen> => chooseFor(people, as)
  const terminals =
    options.attachable === true ? [new AttachAdapter({ path: join(dataDir, socketName), choose })] : []
  const adapters = await makeAdapters(live.current, [...(options.adapters ?? []), ...terminals])
  opened.defer(() => stopAdapters(adapters, options.log))
  const { sandbox, broker } = await openWalls(live.current, isAlone(adapters), options.log, opened)
  const meter = new Meter()
  const replies = createReplies({
    adapter: (name) => adapters.get(name),
    retried: ({ address: { adapter }, key }, code) => {
      meter.tell({ type: 'retry', adapter })
      traces?.retried(key, code)
    },
    log: options.log,
    long: { maxMessages: () => live.current.replies.maxMessages, outbox: outboxDir(live.current) },
  })
  opened.defer(() => replies.close())
  const audit = await openAudit(join(dataDir, 'audit.jsonl'))
  opened.defer(() => audit.close())
  const queue = await openEmbeddedQueue({ file: join(dataDir, 'queue.db'), log: options.log })
  // What an earlier process had not fetched to the end: the data directory is ours alone from here on.
  await rm(incomingDir(live.current), { recursive: true, force: true })
  const orphans = await dropOrphans(outboxDir(live.current), await queue.promised())
  if (orphans > 0) options.log.info({ orphans }, 'removed copies of files that no chat waits for')
  const prompts = new Prompts({
    shelf: store.prompts,
    queue,
    audit,
    log: options.log,
    waits: () => live.current.approvals,
    stands: (name) => adapters.get(name)?.local !== true,
    putToOthers: async (record) =>
      putOn(record, await approversBut(record.requesters ?? [], { people, adapters, offers })),
    onEnd: ({ conversation }) => queue.wake(conversation),
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
  await budgets.settleDead()
  await prompts.start()
  await tellOfDead({ queue, store })
  return {
    live,
    options,
    queue,
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
