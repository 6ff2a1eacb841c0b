/** The view of one session; without one: where a new one begins. */
import { useCallback, useEffect, useState } from 'react'
import type { Info } from '../../shapes/info.ts'
import type { Client } from '../api/client.ts'
import { Dialog } from '../parts/dialog.tsx'
import { useDoing } from '../parts/doing.ts'
import { Downloads, download } from '../parts/downloads.ts'
import { useWide } from '../parts/wide.ts'
import { Wrong } from '../parts/wrong.tsx'
import { words } from '../words/words.ts'
import type { SessionList } from '../sessions/sessions.ts'
import { Announcer } from './announcer.tsx'
import { Approvals } from './approvals.tsx'
import { Beginning } from './beginning.tsx'
import { Composer } from './composer.tsx'
import { Files } from './files.tsx'
import { SessionHead } from './session-head.tsx'
import { Talk } from './talk.tsx'
import { isOver } from './turn.ts'
import { useConversation } from './use-conversation.ts'
import { upload } from './upload.ts'
import { useEscape } from './use-escape.ts'
import { useTitle } from './use-title.ts'

interface Props {
  readonly client: Client
  readonly info: Info
  readonly sessions: SessionList
  readonly open: string | undefined
  readonly onNew: () => Promise<void>
}

export function ChatView({ open, ...props }: Props) {
  return open === undefined ? <Beginning {...props} /> : <Chat {...props} open={open} />
}

function Chat({ client, info, sessions, open }: Props & { readonly open: string }) {
  const { conversation, shown } = useConversation(client, open)
  const { problem, run } = useDoing()
  const [files, setFiles] = useState(false)
  const wide = useWide()
  const { session } = shown
  const listed = sessions.listed?.find(({ id }) => id === open)
  // A turn that Claude has begun by itself is known by the session's state alone.
  const byItself = shown.turns.length === 0 && session !== undefined && session.state !== 'none'
  const works = byItself || shown.turns.some((turn) => !isOver(turn))
  const stop = (): void => void run(() => conversation.interrupt())
  useEscape(works, stop)
  const { again } = sessions
  const asked = session?.approvals.length ?? 0
  // A session has a title once something was said, and the list shows what works.
  useEffect(again, [again, shown.turns.length, works, asked])
  useTitle(session?.name ?? listed?.title, asked > 0)
  const fetchFile = useCallback(
    (path: string, name: string) => void run(() => download(client, path, name)),
    [client, run],
  )

  if (shown.connection === 'gone')
    return (
      <div className="talk empty">
        <h2>{words.sessions.gone}</h2>
        <p className="hint">{shown.problem}</p>
      </div>
    )

  const lost = shown.connection === 'lost' ? words.chat.lost : undefined
  const panel = <Files client={client} session={open} turns={shown.turns} />
  return (
    <Downloads value={fetchFile}>
      <div className={files && wide ? 'with-files' : 'without-files'}>
        <div className="chat">
          <SessionHead
            client={client}
            info={info}
            conversation={conversation}
            session={session}
            listed={listed}
            sessions={sessions}
            filesShown={files}
            onFiles={() => setFiles(!files)}
          />
          <Talk shown={shown} />
          <Wrong text={problem ?? lost ?? shown.problem} />
          <Approvals
            approvals={session?.approvals ?? []}
            onDecide={(prompt, answer) => conversation.decide(prompt, answer)}
          />
          <Composer
            draftPlace={open}
            onSay={(text) => run(() => conversation.say(text))}
            onStop={works ? stop : undefined}
            onFiles={async (files) => {
              const paths: string[] = []
              await run(() => upload(client, open, files, (path) => paths.push(path)))
              return paths
            }}
          />
        </div>
        {files && wide && <aside className="files-side">{panel}</aside>}
        {files && !wide && (
          <Dialog title={words.files.title} className="drawer right" onClose={() => setFiles(false)}>
            {panel}
          </Dialog>
        )}
        <Announcer shown={shown} />
      </div>
    </Downloads>
  )
}
