/** Puts the parts together: queue, store, adapters, conversations, router. src/bot/ says who is handed what. */
import { join } from 'node:path'
import { startAdapters } from './bot/adapters.ts'
import { bringAllBack } from './bot/bringing-back.ts'
import { conversationParts, converse } from './bot/conversing.ts'
import { catchUpParts, noting } from './bot/catching-up.ts'
import { routerParts } from './bot/desks.ts'
import { forwarding } from './bot/forwarding.ts'
import { expectFrom } from './bot/expecting.ts'
import { type BotOptions, type House, openHouse } from './bot/house.ts'
import { CatchUp } from './catch-up/catch-up.ts'
import { Heard } from './catch-up/heard.ts'
import { inOrder } from './bot/in-order.ts'
import { ownPage } from './bot/own-page.ts'
import { suggestTo } from './bot/suggesting.ts'
import { type ConfigInput, configFrom, fixed } from './config.ts'
import { fileKeep } from './files/keep.ts'
import { Housekeeper } from './housekeeping/housekeeper.ts'
import { createLog } from './log.ts'
import { readiness } from './office/readiness.ts'
import { officeFor } from './office/office.ts'
import { operatingFor } from './office/operating.ts'
import { createRouter } from './router.ts'
import type { ConversationParts } from './conversation/parts.ts'
import type { Adapter } from './contract.ts'
import type { Activation, Delivered, Delivery, Queue } from './queue/port.ts'
import type { Store } from './store/store.ts'

export type { BotOptions } from './bot/house.ts'

export interface RunningBot {
  /** Resolves when an adapter asked to leave, with the exit code. */
  readonly left: Promise<number>
  /** Session records, history and usage. */
  readonly store: Store
  /** Resolves when what was answered last in this conversation is in the store. */
  recorded(conversation: string): Promise<void>
  /** Resolves when every accepted message has its visible final state. */
  idle(): Promise<void>
  /** Finishes sends in flight, lets running turns end within the bound, leaves the rest for the next start. Safe to call twice. */
  stop(): Promise<void>
}

/** Starts everything; resolves when every adapter is ready to receive. Rejects, with nothing left running, when a part cannot start. */
export async function startBot(live: House['live'], options: BotOptions): Promise<RunningBot> {
  await using opened = new AsyncDisposableStack()
  const house = await openHouse(live, options, opened)
  const { queue, store, replies } = house
  const parts = conversationParts(house)
  const run = (own: ConversationParts, activation: Activation): Promise<void> =>
    converse(house, own, activation)
  const { traces } = house
  const roles = new Set(live.current.roles)
  const work: Parameters<Queue['work']>[0] = (activation) =>
    traces?.converse(run, parts, activation) ?? run(parts, activation)
  if (roles.has('worker')) queue.work(work, { activations: live.current.sessions.maxWarm })
  opened.defer(
    live.onChange(() => {
      bringAllBack(house).catch((err: unknown) =>
        options.log.error(
          { err },
          'what was handed off to a chat that is denied now could not be brought back',
        ),
      )
    }),
  )
  const deliver = (delivery: Delivery): Promise<Delivered> => replies.deliver(delivery)
  const send = async (delivery: Delivery): Promise<Delivered> => {
    house.audience.delivers(delivery)
    const delivered = await (traces?.deliver(delivery, deliver) ?? deliver(delivery))
    house.meter.tell({ type: 'delivery', adapter: delivery.address.adapter, state: delivered.state })
    return delivered
  }
  if (roles.has('gateway')) queue.deliver(send)

  const leaving = Promise.withResolvers<number>()
  const { log, greeting = '' } = options
  const heard = new Heard(store.heard, log)
  await heard.load()
  opened.defer(() => heard.close())
  const routed = noting(heard, forwarding(house, inOrder(createRouter(routerParts(house)))))
  const router = traces?.router(routed) ?? routed
  const catchUp = opened.use(new CatchUp(catchUpParts(house, heard, router)))
  const gates = roles.has('gateway') ? house.adapters : new Map<string, Adapter>()
  if (roles.has('gateway')) catchUp.start()
  await startAdapters(gates, router, {
    log,
    greeting,
    leave: leaving.resolve,
    keep: (adapter) => store.kept.of(adapter),
    files: (adapter) => fileKeep(join(live.current.dataDir, 'kept', adapter)),
    page: (...of) => ownPage(house, ...of),
    expects: (adapter, ...of) => void expectFrom(house, adapter, ...of),
    office: (adapter, from) => officeFor(house, adapter, from),
    operating: (adapter, from) => operatingFor(house, adapter, from, leaving.resolve),
    duty: house.duty,
    readiness: () => readiness(house),
    measures: house.meter.measures(queue),
    suggest: (...of) => suggestTo(house, ...of),
    missed: (adapter, since) => catchUp.missed(adapter, since),
  })
  for (const adapter of gates.values()) catchUp.missed(adapter)
  opened.use(housekeeperOf(house)).start()
  const running = opened.move()
  let stopping: Promise<void> | undefined
  return {
    left: leaving.promise,
    store,
    recorded: async (conversation) => house.held.get(conversation)?.recorded,
    idle: () => queue.idle(),
    stop: () => {
      // Said first: whoever sends requests here on sends them elsewhere while what runs may still end.
      house.duty.ends()
      return (stopping ??= running.disposeAsync())
    },
  }
}

function housekeeperOf({ live, options, queue, store, people, held }: House): Housekeeper {
  return new Housekeeper({
    store,
    queue,
    config: () => live.current,
    isHeld: (conversation) => held.has(conversation),
    ownerOf: (home) => people.ownerOf(home),
    log: options.log,
  })
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
