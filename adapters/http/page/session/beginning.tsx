/** Where no session is open: the first message begins one. */
import { useRef } from 'react'
import { RunView } from '../../shapes/run.ts'
import { type Client, part } from '../api/client.ts'
import { useDoing } from '../parts/doing.ts'
import { go } from '../parts/place.ts'
import { Wrong } from '../parts/wrong.tsx'
import type { SessionList } from '../sessions/sessions.ts'
import { words } from '../words/words.ts'
import { Composer } from './composer.tsx'

interface Props {
  readonly client: Client
  readonly sessions: SessionList
}

export function Beginning({ client, sessions }: Props) {
  const { problem, run } = useDoing()
  const made = useRef<string>(undefined)
  const say = (text: string): Promise<boolean> =>
    run(async () => {
      // Where the message was refused its session is there already.
      const session = (made.current ??= await sessions.make())
      const body = { text, commands: true }
      const path = `/api/v1/sessions/${part(session)}/messages`
      await client.send('POST', path, body, RunView, { prefer: 'respond-async' })
      go({ view: 'chat', session })
    })
  return (
    <div className="chat">
      <div className="talk empty">
        <h2>{words.chat.empty}</h2>
        <p className="hint">{words.chat.emptyHint}</p>
      </div>
      <Wrong text={problem} />
      <Composer draftPlace="new" onSay={say} />
    </div>
  )
}
