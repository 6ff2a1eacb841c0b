/** What the session is called and how it is set, and what can be done with it. */
import { useCallback, useState } from 'react'
import { z } from 'zod'
import type { Info } from '../../shapes/info.ts'
import type { Session } from '../../shapes/session.ts'
import type { Client } from '../api/client.ts'
import { useDoing } from '../parts/doing.ts'
import { useFresh } from '../parts/fresh.ts'
import { Icon } from '../parts/icon.tsx'
import { go } from '../parts/place.ts'
import { Wrong } from '../parts/wrong.tsx'
import type { Listed, SessionList } from '../sessions/sessions.ts'
import { words } from '../words/words.ts'
import { Choice } from './choice.tsx'
import type { Conversation } from './conversation.ts'
import { Rename, Remove } from './session-dialogs.tsx'

const Models = z.object({ data: z.array(z.object({ id: z.string() })) })
/** The list is of the config. */
const everyMs = 10 * 60_000
/** What other programs are told of as a model: whatever is configured. */
const ownModel = 'parley'

interface Props {
  readonly client: Client
  readonly info: Info
  readonly conversation: Conversation
  /** Undefined: it is not known yet, as `listed`. */
  readonly session: Session | undefined
  readonly listed: Listed | undefined
  readonly sessions: SessionList
  readonly filesShown: boolean
  readonly onFiles: () => void
}

export function SessionHead({
  client,
  info,
  conversation,
  session,
  listed,
  sessions,
  filesShown,
  onFiles,
}: Props) {
  const { problem, busy, run } = useDoing()
  const models = useFresh(
    useCallback((signal: AbortSignal) => client.get('/v1/models', Models, signal), [client]),
    everyMs,
  )
  const names = models.value?.data.map(({ id }) => id).filter((id) => id !== ownModel) ?? []
  const change = (what: string, body: Readonly<Record<string, string | null>>): void =>
    void run(async () => {
      await conversation.change(what, body)
      sessions.again()
    })
  const own = session?.model !== undefined && session.model !== info.model ? session.model : ''
  return (
    <header className="session-head">
      <h2>{session?.name ?? listed?.title ?? ''}</h2>
      <div className="settings">
        <Choice
          label={words.settings.model}
          value={own}
          values={[...new Set([...names, ...(own === '' ? [] : [own])])]}
          first={words.settings.configured}
          disabled={busy || session === undefined}
          onChoice={(model) => change('model', { model: model === '' ? null : model })}
        />
        <Choice
          label={words.settings.mode}
          value={session?.permissionMode ?? info.permissionMode}
          values={info.permissionModes}
          disabled={busy || session === undefined}
          onChoice={(mode) => change('permission-mode', { mode })}
        />
        <button
          type="button"
          className="quiet"
          aria-label={words.files.title}
          aria-pressed={filesShown}
          onClick={onFiles}
        >
          <Icon name="folder" />
        </button>
        {listed !== undefined && (
          <Menu listed={listed} sessions={sessions} conversation={conversation} onProblem={run} />
        )}
      </div>
      {busy && <p className="hint">{words.settings.later}</p>}
      <Wrong text={problem} />
    </header>
  )
}

interface MenuProps {
  readonly listed: Listed
  readonly sessions: SessionList
  readonly conversation: Conversation
  readonly onProblem: (work: () => Promise<unknown>) => Promise<boolean>
}

function Menu({ listed, sessions, conversation, onProblem }: MenuProps) {
  const [dialog, setDialog] = useState<'rename' | 'remove'>()
  const close = (): void => setDialog(undefined)
  return (
    <>
      <details
        className="menu"
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.open = false
        }}
        onBlur={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget)) event.currentTarget.open = false
        }}
        onClick={(event) => {
          if (event.target instanceof HTMLButtonElement) event.currentTarget.open = false
        }}
      >
        <summary aria-label={words.sessions.actions}>
          <Icon name="more" />
        </summary>
        <div className="items">
          <button type="button" onClick={() => setDialog('rename')}>
            {words.sessions.rename}
          </button>
          <button
            type="button"
            onClick={() =>
              void onProblem(async () => go({ view: 'chat', session: await sessions.fork(listed) }))
            }
          >
            {words.sessions.fork}
          </button>
          <button type="button" className="danger" onClick={() => setDialog('remove')}>
            {words.sessions.remove}
          </button>
        </div>
      </details>
      {dialog === 'rename' && (
        <Rename
          name={listed.title}
          onClose={close}
          onName={async (name) => {
            await conversation.change('name', { name })
            sessions.again()
          }}
        />
      )}
      {dialog === 'remove' && (
        <Remove
          name={listed.title}
          onClose={close}
          onSure={async () => {
            await sessions.forget(listed.id)
            go({ view: 'chat', session: undefined })
          }}
        />
      )}
    </>
  )
}
