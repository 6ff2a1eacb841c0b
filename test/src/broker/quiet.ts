/** A log that nobody reads. */
import type { Log } from '../../../src/contract.ts'

const nothing = (): void => undefined
export const quiet: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing }
