/**
 * What Parley is compared with: a bot that starts the CLI for each message, and posts its result. The platform is reached
 * by the same adapter. A process of its own, with the config that its parent sends by IPC; ends when its parent hangs up.
 */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import pLimit from 'p-limit'
import { loadAdapter } from '../../src/adapters.ts'
import { configFrom } from '../../src/config.ts'
import type { Bot, Message } from '../../src/contract.ts'
import { createLog } from '../../src/log.ts'
import { startBare } from '../bare.ts'
import { bareCommand } from '../ground.ts'

/** More at a time take longer, all of them, and 200 MB each. */
const atATime = pLimit(4 * availableParallelism())

const [input] = await once(process, 'message')
const config = await configFrom(input)
const [name = '', block] = Object.entries(config.adapters)[0] ?? []
const adapter = await loadAdapter(name, block?.settings, block?.module)
const kept = new Map<string, string>()
/** Session ids, by person: who has one has written before. */
const sessions = new Map<string, string>()
const ending = new AbortController()

const bot: Bot = {
  receive: async (inbound) => {
    if (inbound.kind !== 'message') return 'refused'
    void atATime(() => answer(inbound))
    return 'accepted'
  },
  missed: () => undefined,
  expects: () => undefined,
  page: async () => [],
  readiness: async () => [],
  measures: {
    standing: async () => ({ waiting: 0, running: 0, undelivered: 0, warm: 0 }),
    listen: () => undefined,
  },
  office: () => {
    throw new Error('no adapter of a chat asks for more than its messages')
  },
  operating: () => {
    throw new Error('no adapter of a chat asks for more than its messages')
  },
  draining: false,
  files: {
    put: async () => undefined,
    open: async () => undefined,
    delete: async () => undefined,
  },
  suggest: async () => [],
  keep: {
    get: async (key) => kept.get(key),
    set: async (key, value) => void kept.set(key, value),
    delete: async (key) => void kept.delete(key),
    entries: async function* entries() {
      yield* kept
    },
  },
  commands: [],
  log: createLog(config.log),
  greeting: '',
  leave: () => undefined,
}
await adapter.start(bot, ending.signal)
process.once('disconnect', () => void adapter.stop())
process.send?.('ready')

async function answer({ id, from, address, text }: Message): Promise<void> {
  const known = sessions.get(from.id)
  const session = known ?? randomUUID()
  sessions.set(from.id, session)
  const cli = startBare(await bareCommand(config, { id: session, resume: known !== undefined }))
  const { answer: markdown } = await cli.turn(text)
  const key = `${name}:${id}/answer`
  await adapter.send(address, { kind: 'text', key, markdown, tone: 'answer', outcome: 'answered' })
  await cli.end()
}
