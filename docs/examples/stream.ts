// Text and tools as they come.
//   node docs/examples/stream.ts "Which files are in this folder?"
import { createAgent } from 'parley'

const question = process.argv[2] ?? 'Write a haiku to haiku.txt and show it with cat.'
await using agent = await createAgent({ dataDir: './data', claude: { allowedTools: ['Bash', 'Write'] } })

for await (const event of agent.stream(question, { user: 'ada' })) {
  switch (event.type) {
    case 'text':
      process.stdout.write(event.delta)
      break
    case 'text-void':
      process.stdout.write('\n(the connection dropped, once more)\n')
      break
    case 'tool':
      console.log(`\n[${event.tool.name} ${event.tool.title}: ${event.tool.state}]`)
      break
    case 'status':
      console.log(`\n(${event.status})`)
      break
    case 'message':
      console.log(`\n${event.markdown}`)
      break
    case 'file':
      console.log(`\n[a file: ${event.path}]`)
      break
    case 'answer':
      console.log(`\n${event.answer.figures?.durationMs} ms`)
  }
}
