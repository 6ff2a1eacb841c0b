/**
 * An adapter as the core may rely on it. By contract an adapter throws {@link AdapterError} alone and always comes
 * back; here that is made true, for a promise that never resolves would hold a conversation, and a stop, for ever.
 */
import {
  type Adapter,
  type Address,
  type ReplyStream,
  type Sent,
  type TurnStep,
  AdapterError,
} from '../contract.ts'

/** How long a send, an edit or a look for a message may take. */
const callMs = 60_000
/** The same for a file: it may be large, and the line slow. */
const fileMs = 300_000
/** The same for what only decorates a turn while it runs. */
const cosmeticMs = 10_000

export function guard(adapter: Adapter): Adapter {
  // Taken with its adapter, for an adapter may be a class.
  const edit = adapter.edit?.bind(adapter)
  const typing = adapter.typing?.bind(adapter)
  const find = adapter.find?.bind(adapter)
  const stream = adapter.stream?.bind(adapter)
  return {
    name: adapter.name,
    limits: adapter.limits,
    ...(adapter.local === undefined ? {} : { local: adapter.local }),
    start: (bot, signal) => adapter.start(bot, signal),
    stop: () => adapter.stop(),
    measure: (markdown) => measured(adapter, markdown),
    send: async (to, reply) =>
      sentOf(
        await within('send', reply.kind === 'file' ? fileMs : callMs, (signal) =>
          adapter.send(to, reply, signal),
        ),
        to,
      ),
    ...(edit && {
      edit: (sent, reply) => within('edit', callMs, (signal) => edit(sent, reply, signal)),
    }),
    ...(typing && { typing: (to, asker) => within('typing', cosmeticMs, () => typing(to, asker)) }),
    ...(find && { find: (to, key, reply) => within('find', callMs, () => find(to, key, reply)) }),
    ...(stream && {
      stream: (to, key, asker) => guardStream((signal) => stream(to, key, asker, signal)),
    }),
  }
}

/** A stream that cannot even be opened fails at its first view, like one that breaks later. */
function guardStream(open: (signal: AbortSignal) => ReplyStream | undefined): ReplyStream | undefined {
  const end = new AbortController()
  let stream: ReplyStream | undefined
  let failure: unknown
  // At once, and not at the first view: an adapter learns by it that the turn has begun.
  try {
    stream = open(end.signal)
    if (stream === undefined) return undefined
  } catch (error) {
    failure = error
  }
  const opened = (): ReplyStream => {
    if (stream === undefined) throw asAdapterError('stream', failure)
    return stream
  }
  const tells = stream?.tell !== undefined
  return {
    get sent() {
      return stream?.sent
    },
    show: (view) => within('show', cosmeticMs, () => opened().show(view)),
    ...(tells && { tell: (step: TurnStep) => stream?.tell?.(step) }),
    finish: (reply, parts) => within('finish', callMs, () => opened().finish(reply, parts)),
    async abandon() {
      end.abort()
      // What cannot be taken back stays; there is nobody who could do more about it.
      await within('abandon', cosmeticMs, async () => stream?.abandon()).catch(() => undefined)
    },
  }
}

/** Runs a call for `ms` at the most. Throws {@link AdapterError} only. */
async function within<T>(name: string, ms: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const end = new AbortController()
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    end.abort()
    const message = `the platform did not answer ${name} within ${ms / 1000} s`
    late.reject(new AdapterError('network', message, { uncertain: true }))
  }, ms)
  try {
    return await Promise.race([call(end.signal), late.promise])
  } catch (error) {
    throw asAdapterError(name, error)
  } finally {
    clearTimeout(timer)
  }
}

function measured(adapter: Adapter, markdown: string): number {
  try {
    return adapter.measure(markdown)
  } catch (error) {
    throw asAdapterError('measure', error)
  }
}

function asAdapterError(name: string, error: unknown): AdapterError {
  if (error instanceof AdapterError) return error
  const message = `${name} failed in the adapter itself: ${error instanceof Error ? error.message : String(error)}`
  return new AdapterError('unknown', message, { cause: error, uncertain: true })
}

/** An adapter that does not say what it sent has broken its contract; that it sent something is likely. */
function sentOf(sent: Sent | undefined, to: Address): Sent {
  if (typeof sent?.id === 'string') return sent
  throw new AdapterError('unknown', `send in ${to.channel} gave no id of what was sent`, { uncertain: true })
}
