/** Parley as a process of its own, with the config that its parent sends by IPC. Ends when its parent hangs up. */
import { once } from 'node:events'
import { createBot } from '../../src/index.ts'

const [config] = await once(process, 'message')
const bot = await createBot(config)
process.once('disconnect', () => void bot.stop())
process.send?.('ready')
