/** All that was said, the newest at the bottom, where it stays unless somebody scrolls up. */
import { useEffect, useRef, useState } from 'react'
import { Icon } from '../parts/icon.tsx'
import { words } from '../words/words.ts'
import type { Shown } from './conversation.ts'
import { Noticed, SaidLine } from './said.tsx'
import { TurnShown } from './turn-shown.tsx'

/** How far from the bottom still counts as there, in pixels. */
const near = 80

export function Talk({ shown }: { readonly shown: Shown }) {
  const ref = useRef<HTMLDivElement>(null)
  const [atEnd, setAtEnd] = useState(true)
  const toEnd = (): void => {
    const box = ref.current
    if (box !== null) box.scrollTop = box.scrollHeight
  }
  useEffect(() => {
    const box = ref.current
    if (box === null) return
    // What grows: an answer, or a picture of Markdown that is loaded later.
    const watcher = new ResizeObserver(() => {
      if (box.dataset['end'] !== 'false') box.scrollTop = box.scrollHeight
    })
    for (const child of box.children) watcher.observe(child)
    watcher.observe(box)
    return () => watcher.disconnect()
  }, [])

  const { lines, turns, notices, connection } = shown
  const isEmpty = connection === 'open' && lines.length === 0 && turns.length === 0
  return (
    <div
      ref={ref}
      className="talk"
      role="region"
      aria-label={words.chat.label}
      tabIndex={0}
      data-end={atEnd}
      onScroll={({ currentTarget: box }) => {
        setAtEnd(box.scrollHeight - box.scrollTop - box.clientHeight < near)
      }}
    >
      <div className="column">
        {connection === 'loading' && <p className="hint">{words.loading}</p>}
        {isEmpty && (
          <div className="empty">
            <h2>{words.chat.empty}</h2>
            <p className="hint">{words.chat.emptyHint}</p>
          </div>
        )}
        {lines.map((line, index) => (
          <SaidLine key={index} line={line} />
        ))}
        <Loose notices={notices} after={0} />
        {turns.map((turn, index) => (
          <div key={turn.id} className="turn">
            <TurnShown turn={turn} />
            <Loose notices={notices} after={index + 1} />
          </div>
        ))}
      </div>
      {!atEnd && (
        <button type="button" className="newer" onClick={toEnd} aria-label={words.chat.newer}>
          <Icon name="down" />
        </button>
      )}
    </div>
  )
}

function Loose({ notices, after }: { readonly notices: Shown['notices']; readonly after: number }) {
  return notices
    .filter((notice) => notice.after === after)
    .map((notice, index) => <Noticed key={index} notice={notice} />)
}
