/** The SDK's log as ours. Its debug lines hold whole messages and the ticket of the connection, and are left out. */
import type { Logger } from '@larksuiteoapi/node-sdk'
import type { Log } from '../../src/contract.ts'

export function sdkLogger(log: Log): Logger {
  // What it calls an error is a call that failed: whoever made the call tells of that, with more.
  const note = (...parts: unknown[]): void => log.debug({}, words(parts))
  return { error: note, warn: note, info: note, debug: () => undefined, trace: () => undefined }
}

/** An error's message alone: the rest may hold a request with its token. */
function words(parts: readonly unknown[]): string {
  return parts
    .flat()
    .map((part) => (part instanceof Error ? part.message : typeof part === 'string' ? part : ''))
    .join(' ')
}
