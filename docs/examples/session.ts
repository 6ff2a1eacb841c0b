// One Claude CLI process, turn by turn, with nothing around it: no queue, no history, no users.
//   node docs/examples/session.ts "Which files are in this folder?" "Write a haiku to haiku.txt"
import { createSession } from 'parley'

await using session = await createSession({ workspace: './project', allowedTools: ['Read'] })

for (const text of process.argv.slice(2)) {
  for await (const event of session.ask(text).events) {
    if (event.type === 'text') process.stdout.write(event.delta)
    if (event.type === 'tool') console.log(`\n[${event.name} ${JSON.stringify(event.input)}]`)
    // The turn waits until it is decided.
    if (event.type === 'approval') {
      const { id, tool } = event.request
      const decision =
        tool === 'Write'
          ? { behavior: 'allow' as const }
          : { behavior: 'deny' as const, reason: 'Read only.' }
      session.decide(id, decision)
    }
    if (event.type === 'result') {
      const { fault, costUsd } = event.result
      console.log(fault === undefined ? `\n$${costUsd.toFixed(4)}` : `\nfailed: ${fault.message}`)
    }
  }
}

// Later: createSession({ workspace: './project', resume: id })
console.log(`session ${session.id}`)
