/** Keeps a config current: reads the file again when it changes, and says what follows from that. */
import { type FSWatcher, realpathSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { RootLog } from '../log.ts'
import { type ConfigChange, changesBetween, withLiveParts } from './changes.ts'
import { loadConfig } from './load.ts'
import type { Config } from './schema.ts'
import { writeSetting } from './settings.ts'
import type { SettingValue } from '../contract.ts'

/** Called after {@link LiveConfig.current} has changed, with the changes that hold at once. */
type ConfigListener = (config: Config, changes: readonly ConfigChange[]) => void

/** A config that follows its file. */
export interface LiveConfig {
  /** What holds now: read it each time, do not keep it. */
  readonly current: Config
  /** What the file says: {@link current} lacks what waits for a restart. */
  readonly written: Config
  /** Writes one key into the file and reads it again. Throws SettingError. */
  change(key: string, value: SettingValue | undefined): Promise<void>
  /** Returns how to stop listening. */
  onChange(listener: ConfigListener): () => void
  /** Reads the file now, as on SIGHUP. A broken file is logged and changes nothing. Never rejects. */
  reload(): Promise<void>
  /** Stops watching; resolves when no reading is under way. Safe to call twice. */
  close(): Promise<void>
}

export interface WatchOptions {
  /** As given to loadConfig. */
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
  /** What the command line makes of each reading, e.g. another model; absent: nothing. Applied to the first already. */
  readonly adjust?: (config: Config) => Config
  /** Told what changed; given the new level and the new secrets. */
  readonly log: RootLog
}

/** Editors write in several steps; what they leave is read once they have been quiet for this long. */
const quietMs = 100

/** Follows the file of `config`; one without a file is read again on {@link LiveConfig.reload} alone. */
export function watchConfig(config: Config, options: WatchOptions): LiveConfig {
  const follower = new Follower(config, options)
  const closeWatchers = config.file === undefined ? () => {} : watchFile(config.file, follower, options.log)
  return {
    get current() {
      return follower.current
    },
    get written() {
      return follower.written
    },
    change: (key, value) => follower.change(key, value),
    onChange: (listener) => follower.onChange(listener),
    reload: () => follower.read('asked'),
    async close() {
      closeWatchers()
      await follower.close()
    },
  }
}

class Follower {
  readonly #options: WatchOptions
  readonly #listeners = new Set<ConfigListener>()
  /** What the file said last; {@link current} lacks what waits for a restart. */
  #read: Config
  #current: Config
  #lastError = ''
  #reading = Promise.resolve()
  #closed = false

  constructor(config: Config, options: WatchOptions) {
    this.#options = options
    this.#read = config
    this.#current = config
  }

  get current(): Config {
    return this.#current
  }

  get written(): Config {
    return this.#read
  }

  /** In its turn among the readings. */
  change(key: string, value: SettingValue | undefined): Promise<void> {
    const changing = this.#reading.then(() => this.#changeNow(key, value))
    this.#reading = changing.catch(() => undefined)
    return changing
  }

  async #changeNow(key: string, value: SettingValue | undefined): Promise<void> {
    const { env, cwd } = this.#options
    await writeSetting(this.#current, key, value, { env, cwd: cwdOf(this.#current, cwd) })
    await this.#readNow('asked')
  }

  onChange(listener: ConfigListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** One after another. `seen`: something moved in the folder, perhaps nothing that concerns us. */
  read(why: 'asked' | 'seen'): Promise<void> {
    this.#reading = this.#reading.then(() => this.#readNow(why))
    return this.#reading
  }

  close(): Promise<void> {
    this.#closed = true
    this.#listeners.clear()
    return this.#reading
  }

  async #readNow(why: 'asked' | 'seen'): Promise<void> {
    const { env, cwd, log, adjust = (config) => config } = this.#options
    if (this.#closed) return
    try {
      const next = adjust(await loadConfig({ file: this.#current.file, env, cwd }))
      this.#lastError = ''
      this.#take(next, why)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      // The folder moves for many reasons; the same complaint each time would bury the rest of the log.
      if (why === 'asked' || message !== this.#lastError) {
        log.error({ error }, 'the config cannot be used, the one before stays in force')
      }
      this.#lastError = message
    }
  }

  #take(next: Config, why: 'asked' | 'seen'): void {
    const { log } = this.#options
    log.conceal(next.secrets)
    const changes = changesBetween(this.#read, next)
    const waiting = new Set(changesBetween(this.#current, next).map(({ key }) => key))
    this.#read = next
    this.#current = withLiveParts(this.#current, next)
    for (const { key, words, live } of changes) {
      if (live) log.info({ key }, `config: ${key} ${words}`)
      else if (waiting.has(key)) log.warn({ key }, `config: ${key} ${words}; it waits for a restart`)
      else log.info({ key }, `config: ${key} ${words}; that is what runs, no restart is needed`)
    }
    const live = changes.filter((change) => change.live)
    if (live.some(({ key }) => key === 'log.level')) log.level = next.log.level
    if (live.length > 0) this.#tell(live)
    else if (changes.length === 0 && why === 'asked') log.info({}, 'config: read again, nothing has changed')
  }

  #tell(changes: readonly ConfigChange[]): void {
    for (const listener of this.#listeners) {
      try {
        listener(this.#current, changes)
      } catch (error) {
        this.#options.log.error({ error }, 'a part could not take over the changed config')
      }
    }
  }
}

/** Paths in a file count from its folder. */
function cwdOf({ file }: Config, cwd: string): string {
  return file === undefined ? cwd : dirname(file)
}

/**
 * Watches folders, not the file: editors put a new file in its place, and a watched file would be the old one.
 * Two of them when the file is a link, since either end may change. Returns how to stop.
 */
function watchFile(file: string, follower: Follower, log: RootLog): () => void {
  let timer: NodeJS.Timeout | undefined
  // Null: the system did not say what moved.
  const names = new Set<string | null>([null])
  const watchers: FSWatcher[] = []
  let linked = false
  const moved = (name: string | null): void => {
    // Behind a link the file may change while only the link's target moves, as in a Kubernetes volume. But what
    // else lives in the folder, such as a database, must not put the reading off for ever.
    if (!names.has(name) && (timer !== undefined || !linked)) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      timer = undefined
      // Never rejects.
      void follower.read('seen')
    }, quietMs)
  }
  try {
    const target = realpathSync(file)
    linked = target !== file
    for (const path of new Set([file, target])) {
      names.add(basename(path))
      const watcher = watch(dirname(path), { persistent: false }, (_event, name) => moved(name))
      watcher.on('error', (error) =>
        log.warn({ error }, 'the config file is no longer watched, SIGHUP reads it'),
      )
      watchers.push(watcher)
    }
  } catch (error) {
    log.warn({ error }, 'the config file cannot be watched, SIGHUP reads it')
  }
  return () => {
    clearTimeout(timer)
    for (const watcher of watchers) watcher.close()
  }
}
