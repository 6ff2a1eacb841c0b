/** A config that a program gives instead of a file. */
import type { z } from 'zod'
import { parseConfig } from './load.ts'
import type { Config, configSchema } from './schema.ts'
import type { LiveConfig } from './watch.ts'

/** What config.yaml takes, as an object: durations as words or milliseconds, paths from the working directory. */
export type ConfigInput = z.input<typeof configSchema>

/** Checks it as a file is checked. Throws ConfigError. */
export function configFrom(input: ConfigInput): Promise<Config> {
  // JSON is YAML: one way in, with the same checks, variables and words.
  return parseConfig(JSON.stringify(input), {
    name: 'the config given',
    env: process.env,
    cwd: process.cwd(),
  })
}

/** A config that never changes, where one that can is wanted. */
export function fixed(config: Config): Pick<LiveConfig, 'current' | 'onChange'> {
  return { current: config, onChange: () => () => undefined }
}
