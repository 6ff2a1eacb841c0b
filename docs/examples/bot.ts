// The whole bot, with an adapter of your own beside those that the config names.
//   echo '{"id":"1","user":"ada","text":"hello"}' | node docs/examples/bot.ts
import { createBot } from 'parley'
import { Pigeon } from './pigeon.ts'

const bot = await createBot(
  { dataDir: './data', access: { allow: ['pigeon:*'] }, log: { level: 'warn' } },
  { adapters: [new Pigeon()] },
)
await bot.left
await bot.idle()
await bot.stop()
