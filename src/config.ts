/** config.yaml and the environment -> one checked {@link Config}, read again when the file changes. */
export { configFrom, fixed } from './config/given.ts'
export type { ConfigInput } from './config/given.ts'
export { loadConfig } from './config/load.ts'
export { ConfigError } from './config/problems.ts'
export { SettingError, settingNamed, settingsIn } from './config/settings.ts'
export type { Config } from './config/schema.ts'
export { watchConfig } from './config/watch.ts'
export type { LiveConfig, WatchOptions } from './config/watch.ts'
