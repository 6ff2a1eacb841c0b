/** A chat within this process: says something to a bot and notes when what comes back reaches the adapter. */
import type { Adapter, Bot, Reply, ReplyStream, Sent } from '../src/contract.ts'

/** Points in time, by performance.now(). */
export interface Heard {
  /** The message reached the adapter. */
  readonly in: number
  /** The core said that it is on disk. */
  readonly accepted: number
  /** The first text of Claude's was to be shown; NaN: only the whole answer was. */
  readonly firstText: number
  /** The whole answer was to be sent. */
  readonly final: number
}

export interface Chat {
  readonly adapter: Adapter
  /** Resolves when the final answer has reached the adapter. Rejects when the bot refuses or the turn fails. */
  say(user: string, text: string): Promise<Heard>
}

interface Waiting {
  firstText: number
  resolve(final: number): void
  reject(error: Error): void
}

/** How turns are shown: natively as they run, as a message that is edited, or once when they are whole. */
export type Showing = 'stream' | 'edit' | 'send'

export function createChat(name: string, showing: Showing): Chat {
  const waiting = new Map<string, Waiting>()
  let bot: Bot | undefined
  let ids = 0

  const heard = (channel: string, reply: Reply): void => {
    const waiter = waiting.get(channel)
    if (waiter === undefined || reply.kind !== 'text') return
    if (reply.draft === true) return seen(waiter)
    if (reply.outcome === 'answered') waiter.resolve(performance.now())
    else if (reply.outcome !== undefined) waiter.reject(new Error(`the turn failed: ${reply.markdown}`))
  }
  const send = async (address: Sent['address'], reply: Reply): Promise<Sent> => {
    heard(address.channel, reply)
    return { address, id: String(++ids) }
  }
  const stream = ({ channel }: Sent['address']): ReplyStream => ({
    show: async ({ markdown }) => {
      const waiter = waiting.get(channel)
      if (waiter !== undefined && markdown !== '') seen(waiter)
    },
    finish: async (reply) => {
      heard(channel, reply)
      return true
    },
    abandon: async () => undefined,
  })
  const adapter: Adapter = {
    name,
    limits: { text: 4000, buttons: 9, editEvery: 1000 },
    start: async (started) => {
      bot = started
    },
    stop: async () => undefined,
    measure: (markdown) => markdown.length,
    send,
    ...(showing === 'stream' && { stream }),
    ...(showing === 'edit' && { edit: async (sent, reply) => heard(sent.address.channel, reply) }),
  }
  return {
    adapter,
    async say(user, text) {
      if (bot === undefined) throw new Error('the bot has not started')
      const { promise, resolve, reject } = Promise.withResolvers<number>()
      const waiter = { firstText: Number.NaN, resolve, reject }
      waiting.set(user, waiter)
      const start = performance.now()
      const receipt = await bot.receive({
        kind: 'message',
        id: `${name}-${++ids}`,
        at: Date.now(),
        from: { id: user },
        address: { adapter: name, channel: user },
        direct: true,
        text,
      })
      const accepted = performance.now()
      if (receipt !== 'accepted') throw new Error(`the message was ${receipt}`)
      const final = await promise
      waiting.delete(user)
      return { in: start, accepted, firstText: waiter.firstText, final }
    },
  }
}

function seen(waiter: Waiting): void {
  if (Number.isNaN(waiter.firstText)) waiter.firstText = performance.now()
}
