/**
 * When a turn's message leaves this process for the CLI and when the CLI's output arrives in it, before Parley has looked at it. Node announces every child; a
 * listener put before Parley's own sees the same chunk first, so both times are of one turn and one clock.
 */
import { ChildProcess } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import type { Session, SessionOptions, Turn } from '../src/claude/turn.ts'

export interface Pipes extends Disposable {
  /** Forgets what was seen: a turn begins. */
  reset(): void
  /** When the first text delta, and the result, were read off a pipe, by performance.now(); NaN: not seen. */
  readonly firstText: number
  readonly result: number
  /** Resolves when all processes that were started since have ended. */
  ended(): Promise<void>
}

const announcements = 'child_process'

export function watchPipes(): Pipes {
  let firstText = Number.NaN
  let result = Number.NaN
  const running = new Set<Promise<unknown>>()

  const look = (chunk: Buffer): void => {
    if (Number.isNaN(firstText) && chunk.includes('"type":"text_delta"')) firstText = performance.now()
    if (Number.isNaN(result) && chunk.includes('"type":"result"')) result = performance.now()
  }
  const onChild = (announced: unknown): void => {
    if (!isAnnouncement(announced)) return
    const { process: child } = announced
    child.once('spawn', () => child.stdout?.prependListener('data', look))
    const exit = once(child, 'exit').finally(() => running.delete(exit))
    running.add(exit)
  }
  subscribe(announcements, onChild)
  return {
    reset() {
      firstText = Number.NaN
      result = Number.NaN
    },
    get firstText() {
      return firstText
    },
    get result() {
      return result
    },
    ended: async () => {
      await Promise.all(running)
    },
    [Symbol.dispose]() {
      unsubscribe(announcements, onChild)
    },
  }
}

function isAnnouncement(value: unknown): value is { process: ChildProcess } {
  return (
    typeof value === 'object' && value !== null && 'process' in value && value.process instanceof ChildProcess
  )
}

type Open = (options: SessionOptions) => Promise<Session>

/** Opens sessions that note when they were last asked: `ask` writes the message before it returns. */
export function noteAsking(open: Open): { readonly open: Open; readonly at: number } {
  let at = Number.NaN
  return {
    get at() {
      return at
    },
    open: async (options) => {
      const session = await open(options)
      const ask = session.ask.bind(session)
      session.ask = (text): Turn => {
        const turn = ask(text)
        at = performance.now()
        return turn
      }
      return session
    },
  }
}
