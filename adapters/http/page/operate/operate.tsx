/** What an operator sees: who talks, what waits for a decision, what waits for its place, what was used. */
import type { Client } from '../api/client.ts'
import { words } from '../words/words.ts'

export default function Operate({ client: _client }: { readonly client: Client }) {
  return <h2>{words.operate.title}</h2>
}
