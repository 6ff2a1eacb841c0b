/** The sessions to choose from. */
import { addressOf } from '../parts/place.ts'
import { Icon } from '../parts/icon.tsx'
import { useDoing } from '../parts/doing.ts'
import { Wrong } from '../parts/wrong.tsx'
import { time, words } from '../words/words.ts'
import type { SessionList } from './sessions.ts'

interface Props {
  readonly sessions: SessionList
  readonly open: string | undefined
  readonly onNew: () => Promise<void>
  /** One was chosen. */
  readonly onChosen: () => void
}

export function SessionNav({ sessions: { listed, problem }, open, onNew, onChosen }: Props) {
  const doing = useDoing()
  const wrong = doing.problem ?? problem
  return (
    <nav className="sessions" aria-label={words.sessions.title}>
      <button type="button" className="fresh" disabled={doing.busy} onClick={() => void doing.run(onNew)}>
        <Icon name="add" />
        {words.sessions.fresh}
      </button>
      <Wrong text={wrong} />
      {listed?.length === 0 && <p className="hint">{words.sessions.none}</p>}
      <ul>
        {listed?.map(({ id, title, state, lastAt }) => (
          <li key={id}>
            <a
              href={addressOf({ view: 'chat', session: id })}
              aria-current={id === open ? 'page' : undefined}
              onClick={onChosen}
            >
              <span className="title">{title}</span>
              <span className="meta">
                <time dateTime={lastAt}>{time(lastAt)}</time>
                {state !== 'none' && <span className={`state ${state}`}>{words.sessions.states[state]}</span>}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
