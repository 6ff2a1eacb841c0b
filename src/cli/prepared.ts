/** What a verb begins with, and what the command line makes of the config. */
import type { Config, WatchOptions } from '../config.ts'

export interface Prepared {
  readonly config: Config
  /** How it is read again. */
  readonly again: Required<Omit<WatchOptions, 'log'>>
  /** True when all data goes with it. */
  readonly temporary: boolean
  readonly greeting: string
  readonly moreHelp: string
  close(): Promise<void>
}

/** The config as the command line wants it, now and each time that its file is read again. */
export function adjusted(prepared: Prepared, adjust: (config: Config) => Config): Prepared {
  const { config, again } = prepared
  return {
    ...prepared,
    config: adjust(config),
    again: { ...again, adjust: (read) => adjust(again.adjust(read)) },
  }
}
