// A handler decides what Claude may do: here it may write files, and is told why not the rest.
//   node docs/examples/approvals.ts "Write a haiku to haiku.txt" "Delete all files"
import { type ApprovalHandler, createAgent } from 'parley'

const onApproval: ApprovalHandler = ({ user, title, markdown }) => {
  console.log(`${user}: ${title}\n${markdown}`)
  if (title.endsWith('Write')) return { choice: 'once' }
  return { choice: 'why', text: 'Only files may be written here.' }
}

await using agent = await createAgent({ dataDir: './data', onApproval })
for (const text of process.argv.slice(2)) {
  const answer = await agent.chat(text, { user: 'ada' })
  console.log(`=> ${answer.text}`)
}
