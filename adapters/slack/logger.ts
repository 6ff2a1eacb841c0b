/** The SDK's log as ours. Its debug lines hold whole messages and are left out. */
import { type Logger, LogLevel } from '@slack/bolt'
import type { Log } from '../../src/contract.ts'

export function slackLogger(log: Log): Logger {
  return {
    debug: () => undefined,
    // What it calls an error is a call that failed: whoever made the call tells of that, with more.
    info: (...parts: unknown[]) => log.debug({}, words(parts)),
    warn: (...parts: unknown[]) => log.debug({}, words(parts)),
    error: (...parts: unknown[]) => log.debug({}, words(parts)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  }
}

function words(parts: readonly unknown[]): string {
  return parts.map(String).join(' ')
}
