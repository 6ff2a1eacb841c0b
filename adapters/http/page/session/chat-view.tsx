/** The view of one session; without one: where a new one begins. */
import { useCallback, useEffect, useState } from 'react'
import { z } from 'zod'
import type { Info } from '../../shapes/info.ts'
import { RunView } from '../../shapes/run.ts'
import { type Client, part } from '../api/client.ts'
import { Dialog } from '../parts/dialog.tsx'
import { go } from '../parts/place.ts'
import { useDoing } from '../parts/doing.ts'
import { Downloads, download } from '../parts/downloads.ts'
import { useWide } from '../parts/wide.ts'
import { words } from '../words/words.ts'
import type { SessionList } from '../sessions/sessions.ts'
import { Announcer } from './announcer.tsx'
import { Approvals } from './approvals.tsx'
import { Composer } from './composer.tsx'
import { Files } from './files.tsx'
import { SessionHead } from './session-head.tsx'
import { Talk } from './talk.tsx'
import { isOver } from './turn.ts'
import { useConversation } from './use-conversation.ts'
import { useEscape } from './use-escape.ts'

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

function Beginning({ client, sessions }: Pick<Props, 'client' | 'sessions'>) {
  const { problem, run } = useDoing()
  const begin = (work: (session: string) => Promise<unknown>): Promise<boolean> =>
    run(async () => {
      const session = await sessions.make()
      try {
        await work(session)
      } finally {
        go({ view: 'chat', session })
      }
    })
  const say = (text: string): Promise<boolean> =>
    begin((session) => {
      const body = { id: crypto.randomUUID(), text, commands: true }
      const path = `/api/v1/sessions/${part(session)}/messages`
      return client.send('POST', path, body, RunView, { prefer: 'respond-async' })
    })
  return (
    <div className="chat">
      <div className="talk empty">
        <h2>{words.chat.empty}</h2>
        <p className="hint">{words.chat.emptyHint}</p>
      </div>
      {problem !== undefined && <Wrong text={problem} />}
      <Composer draftPlace="new" onSay={say} />
    </div>
  )
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
  // A session has a title once something was said, and the list shows what works.
  useEffect(again, [again, shown.turns.length, works])
  useTitle(session?.name ?? listed?.title, (session?.approvals.length ?? 0) > 0)
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

  const wrong = problem ?? shown.problem
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
          {shown.connection === 'lost' && <Wrong text={words.chat.lost} />}
          {wrong !== undefined && <Wrong text={wrong} />}
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
              await run(async () => {
                for (const file of files) paths.push(await upload(client, open, file))
              })
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

function Wrong({ text }: { readonly text: string }) {
  return (
    <p role="alert" className="problem">
      {text}
    </p>
  )
}

/** What a window that nobody looks at is called: it may be waited for. */
function useTitle(title: string | undefined, asks: boolean): void {
  useEffect(() => {
    const name = title === undefined ? 'Parley' : `${title} · Parley`
    document.title = asks ? `(!) ${name}` : name
    return () => {
      document.title = 'Parley'
    }
  }, [title, asks])
}

const Uploaded = z.object({ path: z.string() })

/** Resolves with its path in the workspace. */
async function upload(client: Client, session: string, file: File): Promise<string> {
  const body = new FormData()
  body.append('file', file, file.name)
  const response = await client.fetch(`/api/v1/sessions/${part(session)}/files`, { method: 'POST', body })
  return Uploaded.parse(await response.json()).path
}
