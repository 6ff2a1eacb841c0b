/**
 * What an adapter can ask of the core for people who run the bot: how the whole of it is doing, and what they can do
 * about it. Judged by the access rules as all else is. Plain JSON; times are milliseconds since 1970. Imports nothing but
 * its siblings.
 */
import type { SessionView } from './office.ts'
import type { Standing } from './measures.ts'

/** How one adapter is. */
export interface AdapterView {
  readonly name: string
  /** `starting` it is not ready yet; `away` its connection is lost, and it tries to get it back. */
  readonly state: 'starting' | 'ready' | 'away'
  /** Replies since the bot was started: how many stand, were put off, were given up. */
  readonly sent: number
  readonly later: number
  readonly undeliverable: number
}

/** The bot as a whole. */
export interface Overview {
  /** `draining`: nothing waiting is begun; `drained`: and nothing runs any more. */
  readonly state: 'running' | 'draining' | 'drained'
  readonly adapters: readonly AdapterView[]
  readonly standing: Standing
  /** Decisions that are waited for, everybody's. */
  readonly approvals: number
}

/** A line of the log: secrets and what people wrote are taken out of it. */
export interface LogLine {
  readonly at: number
  readonly level: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

export type SettingValue = string | number | boolean | readonly string[]

/** One key of the config. */
export interface Setting {
  /** As in config.yaml, e.g. `sessions.maxWarm`. */
  readonly key: string
  /** As it would be written there; absent: it is not set. */
  readonly value?: SettingValue
  /** True: a change holds at once; false: from the next start on. */
  readonly live: boolean
  /** True: {@link Operating.change} takes it. What widens powers or walls is for whoever can write the file. */
  readonly editable: boolean
  /** What stands in the file by now, where that waits for a restart. */
  readonly waiting?: SettingValue
}

/** Everything rejects with `OfficeError`, or with what the store or the disk rejects with. */
export interface Operating {
  readonly overview: () => Promise<Overview>
  /** The sessions in which something runs, waits or is to be decided, whosever they are. */
  readonly turns: () => Promise<readonly SessionView[]>
  /** The last lines, the oldest first. */
  readonly log: (most: number) => Promise<readonly LogLine[]>
  /** Calls back with each line from now on. The listener returns at once and never throws. */
  readonly follow: (listener: (line: LogLine) => void, signal: AbortSignal) => Promise<void>
  /**
   * Begins nothing more: what runs goes on to its end, what comes is kept for later. `leave`: the program ends once
   * nothing runs, as by SIGTERM.
   */
  readonly drain: (leave: boolean) => Promise<void>
  /** Undoes it. Rejects with `conflict` once the program is to leave. */
  readonly resume: () => Promise<void>
  readonly settings: () => Promise<readonly Setting[]>
  /** Writes it into the config file, after the checks that a start does; `undefined`: as if it was never written. */
  readonly change: (key: string, value: SettingValue | undefined) => Promise<Setting>
}
