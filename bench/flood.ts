/**
 * A bot whose CLI is replaced by a session that answers at once, flooded with messages. A program of its own, so
 * that its memory is Parley's: `node --expose-gc bench/flood.ts <folder> <messages> <conversations> <looks>`. Tells
 * its parent by IPC how it stands, so many times, each time when all that was accepted is answered.
 */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Session, SessionOptions, Turn, TurnEvent } from '../src/claude/turn.ts'
import { createChat } from './chat.ts'
import { benchBot, benchConfig } from './ground.ts'

/** Most messages that are accepted and not answered yet: what a busy hour puts before a bot, not an endless backlog. */
const mostWaiting = 250
const reply = 'Herons stand **still** and wait.'

const [dir, messages, conversations, looks] = z
  .tuple([z.string(), z.coerce.number(), z.coerce.number(), z.coerce.number()])
  .parse(process.argv.slice(2))

await using opened = new AsyncDisposableStack()
// Bounds for real processes of the CLI, of which there is none here: in their place as many as a big machine holds.
const config = await benchConfig({ dir, towardsModel: {} }, 'flood', {
  sessions: { maxWarm: 256, maxRunning: 256 },
})
const chat = createChat('plain', 'send')
const bot = await benchBot(config, [chat.adapter], async (options) => sessionThatAnswers(options))
opened.defer(() => bot.stop())

for (let look = 0; look < looks; look++) {
  const [from, to] = [(messages / looks) * look, (messages / looks) * (look + 1)]
  const start = performance.now()
  await flood(from, to)
  await bot.idle()
  const seconds = (performance.now() - start) / 1000
  global.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  process.send?.({ messages: to, seconds, rss, heapUsed })
}
process.disconnect()

/**
 * Each conversation in turn: none is warm when its next message comes. Each belongs to one sender, which waits for the
 * answer, so that none ever has two messages in flight.
 */
async function flood(from: number, to: number): Promise<void> {
  const sender = async (place: number): Promise<void> => {
    const own = Math.ceil((conversations - place) / mostWaiting)
    for (let n = from + place, round = 0; n < to; n += mostWaiting, round++)
      await chat.say(`user-${place}-${round % own}`, `Message ${n}: what do herons do?`)
  }
  await Promise.all(Array.from({ length: mostWaiting }, (_, place) => sender(place)))
}

function sessionThatAnswers({ sessionId }: SessionOptions): Session {
  let alive = true
  const ask = (): Turn => ({ uuid: randomUUID(), events: answer(sessionId) })
  return {
    id: sessionId,
    pid: process.pid,
    commands: [],
    get alive() {
      return alive
    },
    steer: async () => false,
    ask,
    command: ask,
    decide: () => false,
    interrupt: async () => undefined,
    interruptOwn: async () => undefined,
    stopTask: async () => undefined,
    setModel: async () => undefined,
    setPermissionMode: async () => undefined,
    rewind: async () => ({ files: [], insertions: 0, deletions: 0 }),
    onBackground: () => undefined,
    onLine: () => undefined,
    onActivity: () => undefined,
    activity: { tasks: [], speaking: false, reporting: false },
    close: async () => {
      alive = false
    },
  }
}

async function* answer(sessionId: string): AsyncGenerator<TurnEvent, void> {
  yield { type: 'started', tools: [], commands: [], sessionId, model: 'none' }
  yield { type: 'text', delta: reply }
  yield { type: 'text-block', text: reply }
  const usage = { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 }
  yield { type: 'result', result: { text: reply, costUsd: 0, usage, durationMs: 0, sessionId } }
}
