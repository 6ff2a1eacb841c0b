// The whole bot, with an adapter of your own beside those that the config names.
//   echo '{"id":"1","user":"ada","text":"hello"}' | node docs/examples/bot.ts
import { createBot } from 'parley'
import { Pigeon } from './pigeon.ts'

const bot = await createBot(
  // Nobody but you writes here: it needs no walls between people.
  { dataDir: './data', access: { allow: ['pigeon:*'] }, sandbox: 'none', log: { level: 'error' } },
  { adapters: [new Pigeon()] },
)
await bot.left
await bot.idle()
await bot.stop()
