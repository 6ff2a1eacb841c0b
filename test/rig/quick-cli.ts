/** A bot whose Claude starts in no time, for tests about crowds; see test/fakes/quick-cli.mjs. */
import { fileURLToPath } from 'node:url'

/** What stands in the config as `claude`. */
export const quickClaude = { command: fileURLToPath(new URL('../fakes/quick-cli.mjs', import.meta.url)) }
