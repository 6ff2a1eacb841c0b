/** The long connection that Feishu's events come by, opened anew whenever it is lost. */
import { EventDispatcher, type HttpInstance, LoggerLevel, WSClient } from '@larksuiteoapi/node-sdk'
import { AdapterError, type Log } from '../../src/contract.ts'
import type { Take } from './intake.ts'
import { sdkLogger } from './logger.ts'

/** Seconds without an answer to a ping after which the connection counts as lost. */
const pingTimeout = 10
const handshakeTimeoutMs = 15_000
/** Milliseconds until a client that gave up is started again. */
const againMs = 30_000

export interface SocketOptions {
  readonly appId: string
  readonly appSecret: string
  readonly url: string
  readonly transport: HttpInstance
  readonly take: Take
  /** Connected again after a gap. */
  readonly missed: () => void
  readonly log: Log
}

export class LarkSocket {
  readonly #options: SocketOptions
  readonly #dispatcher: Dispatcher
  readonly #client: WSClient
  readonly #taking = new Set<Promise<unknown>>()
  readonly #ready = Promise.withResolvers<void>()
  #again: NodeJS.Timeout | undefined
  #connected = false
  /** The connection was lost, and is tried again. */
  #away = false
  #stopped = false

  constructor(options: SocketOptions) {
    this.#options = options
    const { appId, appSecret, url, transport, log } = options
    this.#dispatcher = new Dispatcher((body) => this.#take(body), log)
    this.#client = new WSClient({
      appId,
      appSecret,
      domain: url,
      httpInstance: transport,
      logger: sdkLogger(log),
      loggerLevel: LoggerLevel.info,
      handshakeTimeoutMs,
      wsConfig: { pingTimeout },
      onReady: () => this.#isReady(),
      onError: (error) => this.#gaveUp(error),
      onReconnecting: () => {
        this.#away = true
        log.info({}, 'the connection to Feishu is lost: it is opened again')
      },
      onReconnected: () => this.#isReady(),
    })
  }

  /** Resolves when events can come. Rejects with {@link AdapterError}. */
  async start(): Promise<void> {
    await this.#client.start({ eventDispatcher: this.#dispatcher })
    await this.#ready.promise
  }

  get connected(): boolean {
    return this.#connected && !this.#away
  }

  /** No further event is taken; those under way are. Never rejects. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#again)
    this.#ready.reject(new AdapterError('network', 'Feishu was left while the connection was opened'))
    this.#ready.promise.catch(() => undefined)
    // Those under way are acknowledged by this connection.
    await Promise.allSettled(this.#taking)
    await new Promise((resolve) => setImmediate(resolve))
    this.#client.close({ force: true })
  }

  #isReady(): void {
    const first = !this.#connected
    this.#connected = true
    this.#away = false
    this.#ready.resolve()
    if (first) return
    this.#options.log.info({}, 'connected to Feishu again')
    this.#options.missed()
  }

  /** The SDK tries no more: at the first start that is told, later it is started again. */
  #gaveUp(error: Error): void {
    const { log } = this.#options
    if (this.#stopped) return
    if (!this.#connected) {
      const code = /code=514|invalid app|10003|10014/.test(error.message) ? 'auth' : 'network'
      const advice = 'check appId and appSecret, and that the app is set to receive events by long connection'
      return this.#ready.reject(
        new AdapterError(code, `no long connection to Feishu: ${error.message}: ${advice}`, { cause: error }),
      )
    }
    this.#away = true
    log.error({ err: error }, 'no connection to Feishu: it is tried again')
    this.#again = setTimeout(() => {
      // Resolves at once; what comes of it is told by the callbacks.
      this.#track(this.#client.start({ eventDispatcher: this.#dispatcher }))
    }, againMs)
  }

  async #take(body: unknown): Promise<object | undefined> {
    // Not acknowledged: whoever is connected next gets it.
    if (this.#stopped) throw new AdapterError('network', 'Feishu is left')
    const taking = this.#options.take(body)
    this.#track(taking)
    try {
      return await taking
    } catch (error) {
      this.#options.log.error({ err: error }, 'an event of Feishu could not be kept')
      throw error
    }
  }

  #track(work: Promise<unknown>): void {
    const tracked: Promise<unknown> = work.catch(() => undefined).finally(() => this.#taking.delete(tracked))
    this.#taking.add(tracked)
  }
}

/** The SDK's own mixes header and event into one object, and acknowledges what nobody took. */
class Dispatcher extends EventDispatcher {
  readonly #take: Take

  constructor(take: Take, log: Log) {
    super({ logger: sdkLogger(log), loggerLevel: LoggerLevel.info })
    this.#take = take
  }

  override invoke(data: unknown): Promise<object | undefined> {
    return this.#take(data)
  }
}
