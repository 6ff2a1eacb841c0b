/** No walls: the CLI sees what Parley's own user sees. */
import type { Sandbox } from './port.ts'

export const none: Sandbox = { name: 'none', missing: [], wrap: (command) => command }
