/** How the bot is: what it says of itself, and what a script of this machine asks it. */
import { once } from 'node:events'
import { connect } from 'node:net'
import manifest from '../../package.json' with { type: 'json' }
import type { Bot } from '../contract.ts'
import { State, onLines, sendLine } from './wire.ts'

const since = Date.now()

export async function stateOf(bot: Pick<Bot, 'readiness'>): Promise<State> {
  const findings = [...(await bot.readiness())]
  return { type: 'status', version: manifest.version, pid: process.pid, since, findings }
}

/** Asks the bot whose socket this is. Undefined: none runs there. Rejects when it does not answer within `withinMs`. */
export async function askState(path: string, withinMs: number): Promise<State | undefined> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
  } catch {
    return undefined
  }
  const { promise, resolve, reject } = Promise.withResolvers<State>()
  const signal = AbortSignal.timeout(withinMs)
  const late = (): void =>
    reject(
      new Error(
        `The bot at ${path} runs, but did not answer within ${withinMs / 1000} s. Its log may tell why.`,
      ),
    )
  signal.addEventListener('abort', late, { once: true })
  try {
    onLines(socket, State, resolve)
    socket.on('error', reject)
    socket.on('close', () =>
      reject(new Error(`The bot at ${path} hung up. Is it being stopped, or of another version?`)),
    )
    sendLine(socket, { type: 'status' })
    return await promise
  } finally {
    signal.removeEventListener('abort', late)
    socket.destroy()
  }
}
