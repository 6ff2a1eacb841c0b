// A session per user that remembers, in order and on disk.
//   node docs/examples/chat.ts
import { createAgent } from 'parley'

await using agent = await createAgent({ dataDir: './data' })

// Users are apart, and are answered side by side.
const [ada, bob] = await Promise.all([
  agent.chat('My name is Ada.', { user: 'ada' }),
  agent.chat('My name is Bob.', { user: 'bob' }),
])
console.log(`ada: ${ada.text}\nbob: ${bob.text}`)

const answer = await agent.chat('What is my name?', { user: 'ada' })
console.log(`ada: ${answer.text}`)
console.log(`(${answer.figures?.outputTokens} tokens, $${answer.figures?.costUsd.toFixed(4)})`)

for (const { role, text } of await agent.history('ada', { limit: 2 })) console.log(`${role}> ${text}`)

await agent.clear('ada')
console.log(`${(await agent.history('ada')).length} entries left`)
