/** What an operator sees: how the bot stands, what waits for a decision, who talks, what waits for its place, what was used. */
import type { Client } from '../api/client.ts'
import { words } from '../words/words.ts'
import { Conversations } from './conversations.tsx'
import { Pending } from './pending.tsx'
import { Queue } from './queue.tsx'
import { Standing } from './standing.tsx'
import { Usage } from './usage.tsx'

export default function Operate({ client }: { readonly client: Client }) {
  return (
    <div className="operate">
      <h2 className="heard">{words.operate.title}</h2>
      <Standing client={client} />
      <Pending client={client} />
      <Conversations client={client} />
      <Queue client={client} />
      <Usage client={client} />
    </div>
  )
}
