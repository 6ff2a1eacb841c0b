// The records by themselves: sessions, history and usage, in a file or in Redis.
// Beside a bot or an agent this is how a program reads what they keep: `file` is store.db in their dataDir.
//   node docs/examples/store.ts
import { openStore } from 'parley'

const store = await openStore({ file: './data/store.db' }) // or { url: 'redis://localhost:6379', file: '' }
const conversation = 'user/web%3Aada'
const sessionId = crypto.randomUUID()
const at = Date.now()
const today = new Date(at).toISOString().slice(0, 10)

await store.history.append(conversation, [
  { at, role: 'user', user: 'web:ada', text: 'What is a monad?', sessionId },
  { at, role: 'assistant', text: 'A monoid in the category of endofunctors.', sessionId },
])
for (const { role, text } of await store.history.read(conversation, { limit: 10 })) {
  console.log(`${role}> ${text}`)
}

const tokens = { inputTokens: 120, outputTokens: 30, cacheReadTokens: 0, cacheWriteTokens: 0 }
const turn = { turns: 1, failed: 0, estimated: 0, costUsd: 0.002, durationMs: 900, ...tokens }
await store.usage.book({ person: 'web:ada', accounts: [] }, at, turn)
for (const { user, turns, costUsd } of await store.usage.users(today)) {
  console.log(`${user}: ${turns} turns, $${costUsd.toFixed(3)}`)
}

await store.close()
