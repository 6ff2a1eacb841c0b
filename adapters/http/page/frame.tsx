/** What stands around the views: the head of the page, the sessions beside or behind it. */
import { lazy, Suspense, useCallback, useState } from 'react'
import type { Info } from '../shapes/info.ts'
import type { Client } from './api/client.ts'
import { Dialog } from './parts/dialog.tsx'
import { Icon } from './parts/icon.tsx'
import { addressOf, go, usePlace } from './parts/place.ts'
import { useWide } from './parts/wide.ts'
import { ChatView } from './session/chat-view.tsx'
import { useSessions } from './sessions/sessions.ts'
import { SessionNav } from './sessions/session-list.tsx'
import { words } from './words/words.ts'

const Operate = lazy(() => import('./operate/operate.tsx'))

interface Props {
  readonly client: Client
  readonly info: Info
  /** Absent: there is no key. */
  readonly onSignOut: (() => void) | undefined
}

export function Frame({ client, info, onSignOut }: Props) {
  const place = usePlace()
  const wide = useWide()
  const sessions = useSessions(client)
  const [menu, setMenu] = useState(false)
  const operates = info.scope !== 'chat'
  const view = place.view === 'operate' && operates ? 'operate' : 'chat'
  const { make } = sessions
  const onNew = useCallback(async () => {
    go({ view: 'chat', session: await make() })
    setMenu(false)
  }, [make])
  const open = place.view === 'chat' ? place.session : undefined
  const nav = <SessionNav sessions={sessions} open={open} onNew={onNew} onChosen={() => setMenu(false)} />

  return (
    <div className={wide && view === 'chat' ? 'frame wide' : 'frame'}>
      <a className="skip" href="#main" onClick={skip}>
        {words.skip}
      </a>
      <header className="top">
        {!wide && view === 'chat' && (
          <button type="button" className="quiet" aria-label={words.menu} onClick={() => setMenu(true)}>
            <Icon name="menu" />
          </button>
        )}
        <h1>Parley</h1>
        {operates && <Views view={view} open={open} />}
        <span className="who">{info.person}</span>
        {onSignOut !== undefined && (
          <button type="button" className="quiet words" onClick={onSignOut}>
            {words.signIn.out}
          </button>
        )}
      </header>
      {wide && view === 'chat' && <aside className="side">{nav}</aside>}
      {!wide && menu && (
        <Dialog title={words.sessions.title} className="drawer left" onClose={() => setMenu(false)}>
          {nav}
        </Dialog>
      )}
      <main id="main" tabIndex={-1}>
        {view === 'operate' ? (
          <Suspense fallback={<p className="hint alone">{words.loading}</p>}>
            <Operate client={client} />
          </Suspense>
        ) : (
          <ChatView
            key={open ?? ''}
            client={client}
            info={info}
            sessions={sessions}
            open={open}
            onNew={onNew}
          />
        )}
      </main>
    </div>
  )
}

function Views({ view, open }: { readonly view: 'chat' | 'operate'; readonly open: string | undefined }) {
  return (
    <nav className="views" aria-label={words.views.label}>
      <a
        href={addressOf({ view: 'chat', session: open })}
        aria-current={view === 'chat' ? 'page' : undefined}
      >
        {words.views.chat}
      </a>
      <a href={addressOf({ view: 'operate' })} aria-current={view === 'operate' ? 'page' : undefined}>
        {words.views.operate}
      </a>
    </nav>
  )
}

/** The address names the view: it is not to be changed for this. */
function skip(event: { preventDefault(): void }): void {
  event.preventDefault()
  document.getElementById('main')?.focus()
}
