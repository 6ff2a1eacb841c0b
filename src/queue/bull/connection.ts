/** The connections to Redis: commands and scripts, and what the nodes tell each other. */
import { createClient } from '@redis/client'
import { hash } from 'node:crypto'
import { z } from 'zod'
import type { Log } from '../../contract.ts'
import { QueueError } from '../port.ts'

export type RedisClient = ReturnType<typeof createClient>

/** How long connecting, and each command, may take: a server that is frozen accepts and never answers. */
const LIMIT_MS = 5000

export class Connection {
  readonly #place: string
  readonly #prefix: string
  readonly #log: Log
  /** Commands of this driver. A command is refused at once while the server is away: nothing is kept to be sent later. */
  readonly #commands: RedisClient
  readonly #listener: RedisClient
  /** For BullMQ. */
  readonly jobs: RedisClient
  #connected = false
  #closed = false

  constructor(url: string, prefix: string, log: Log) {
    this.#place = withoutSecrets(url)
    this.#prefix = prefix
    this.#log = log
    const socket = {
      connectTimeout: LIMIT_MS,
      // The first connection must succeed, or the operator hears of it; later ones are tried for ever.
      reconnectStrategy: (retries: number) => this.#connected && Math.min(2 ** retries * 50, 1000),
    }
    // What this client would keep for a server that is away mixes with what it says when it comes back: replies of the
    // one then go to the other (CLIENT SETINFO, which an older Redis does not know).
    this.#commands = createClient({ url, socket, disableOfflineQueue: true, disableClientInfo: true })
    this.#listener = this.#commands.duplicate()
    this.jobs = this.#commands.duplicate()
    // Each command rejects by itself; without a listener the same error would end the process.
    for (const client of [this.#listener, this.jobs]) client.on('error', () => {})
    let away = false
    this.#commands.on('error', (err: unknown) => {
      if (!away && this.#connected) log.error({ err, redis: this.#place }, 'Redis is away; it is tried again')
      away = true
    })
    this.#commands.on('ready', () => {
      if (away) log.info({ redis: this.#place }, 'Redis is back')
      away = false
    })
  }

  /** Connects and looks whether this Redis can be trusted with messages. */
  async open(): Promise<void> {
    try {
      await within(Promise.all([this.#commands, this.#listener, this.jobs].map((client) => client.connect())))
      await this.#inspect()
      this.#connected = true
    } catch (error) {
      this.close()
      throw error instanceof QueueError ? error : this.#failure(error, 'open the queue')
    }
  }

  async #inspect(): Promise<void> {
    const info = z.string().parse(await within(this.#commands.info()))
    const field = (name: string): string | undefined => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1]
    const policy = field('maxmemory_policy')
    if (policy !== undefined && policy !== 'noeviction') {
      throw new QueueError(
        'storage',
        `Redis at ${this.#place} has maxmemory-policy ${policy}: it would throw accepted messages away when its memory is full. Set \`maxmemory-policy noeviction\` there.`,
      )
    }
    if (field('aof_enabled') === '0') {
      this.#log.warn(
        { redis: this.#place },
        'Redis keeps no append-only file: what waits is lost when it restarts; set `appendonly yes` there',
      )
    }
  }

  /** Hears what is told on these channels from now on, also after the connection was lost for a while. */
  async listen(channels: readonly string[], hear: (text: string) => void): Promise<void> {
    const names = channels.map((channel) => `${this.#prefix}:${channel}`)
    await this.run(() => this.#listener.subscribe(names, hear), 'listen to the other nodes')
  }

  async tell(channel: string, text: string): Promise<void> {
    await this.run(() => this.#commands.publish(`${this.#prefix}:${channel}`, text), 'tell the other nodes')
  }

  /** Runs a script on what is ours; `values` are its table `a`. */
  async script(script: Script, values: object): Promise<unknown> {
    const rest = ['1', this.#prefix, JSON.stringify(values)]
    return this.run(async () => {
      try {
        return await this.#commands.sendCommand(['EVALSHA', script.sha, ...rest])
      } catch (error) {
        // Redis was restarted, or sees this script for the first time.
        if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
        return this.#commands.sendCommand(['EVAL', script.lua, ...rest])
      }
    }, script.doing)
  }

  /** Which of these keys are there? */
  async exist(keys: readonly string[]): Promise<readonly boolean[]> {
    const found = await this.run(() => Promise.all(keys.map((key) => this.#commands.exists(key))), 'look')
    return found.map((n) => n > 0)
  }

  get closed(): boolean {
    return this.#closed
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const client of [this.#commands, this.#listener, this.jobs]) if (client.isOpen) client.destroy()
  }

  /** Runs what talks to Redis: gives up on what takes too long, and says in words what went wrong. */
  async run<T>(work: () => Promise<T>, doing: string): Promise<T> {
    if (this.#closed) throw new QueueError('closed', 'The queue is closed.')
    try {
      return await within(work())
    } catch (error) {
      if (this.#closed) throw new QueueError('closed', 'The queue was closed meanwhile.', { cause: error })
      throw this.#failure(error, doing)
    }
  }

  #failure(error: unknown, doing: string): QueueError {
    const why = error instanceof Error ? error.message : String(error)
    const refused = /^(WRONGPASS|NOAUTH|NOPERM|ERR .*AUTH)/.test(why)
    // Redis' own replies begin with a code in capitals: OOM, READONLY, MISCONF.
    const what = refused
      ? `refused the login (${why}). Check user and password in queue.url`
      : /^[A-Z]{3,} /.test(why)
        ? `refused (${why})`
        : `cannot be reached (${why}). Check that Redis runs there and queue.url names it`
    return new QueueError('storage', `Could not ${doing}: Redis at ${this.#place} ${what}.`, { cause: error })
  }
}

/** A script that Redis runs as one: nothing else happens meanwhile. */
export interface Script {
  readonly lua: string
  readonly sha: string
  /** What it does, for errors. */
  readonly doing: string
}

export function script(doing: string, lua: string): Script {
  return { lua, sha: hash('sha1', lua, 'hex'), doing }
}

async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${LIMIT_MS / 1000} s`)), LIMIT_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** `redis://host:port/db`. Throws for what is no such URL, without repeating it: it may hold a password. */
function withoutSecrets(url: string): string {
  const parsed = URL.parse(url)
  if (parsed === null || (parsed.protocol !== 'redis:' && parsed.protocol !== 'rediss:')) {
    throw new QueueError(
      'storage',
      'queue.url is not a URL of the form redis://[user:password@]host:port[/db], or rediss:// for TLS.',
    )
  }
  return `${parsed.protocol}//${parsed.host}${parsed.pathname}`
}
