// A turn ends when its signal is aborted, or when its reader leaves; the session goes on.
//   node docs/examples/abort.ts "Count slowly to a thousand."
import { AgentError, createAgent } from 'parley'

const question = process.argv[2] ?? 'Count slowly to a thousand.'
await using agent = await createAgent({ dataDir: './data' })

try {
  await agent.chat(question, { user: 'ada', signal: AbortSignal.timeout(2_000) })
} catch (error) {
  if (!(error instanceof AgentError) || error.code !== 'cancelled') throw error
  console.log('too slow: stopped after 2 s')
}

for await (const event of agent.stream(question, { user: 'ada' })) {
  if (event.type === 'text') break
}
console.log('the first words are enough: stopped')

console.log((await agent.chat('Hello', { user: 'ada' })).text)
