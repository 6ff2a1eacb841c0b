/** Tells those who hear the page what has happened: an answer when it is whole, not word by word. */
import { useEffect, useRef, useState } from 'react'
import { words } from '../words/words.ts'
import type { Shown } from './conversation.ts'
import { isOver } from './turn.ts'

/** Of an answer; the whole stands in the conversation. */
const mostChars = 400

export function Announcer({ shown }: { readonly shown: Shown }) {
  const [text, setText] = useState('')
  const told = useRef(new Set<string>())
  useEffect(() => {
    const { announce } = words.chat
    const news = (id: string): boolean => !told.current.has(id) && told.current.add(id).size > 0
    for (const turn of shown.turns) {
      if (turn.state === 'running' && news(`${turn.id} works`)) setText(announce.works)
      if (isOver(turn) && news(turn.id)) setText(announce.answered(spoken(turn.answer)))
    }
    for (const { prompt, title } of shown.session?.approvals ?? [])
      if (news(prompt)) setText(announce.asks(title))
  }, [shown])
  return (
    <p role="status" className="heard">
      {text}
    </p>
  )
}

/** Without the marks of Markdown. */
function spoken(markdown: string): string {
  return markdown
    .slice(0, mostChars)
    .replaceAll(/[*_`#>|~]+/g, '')
    .trim()
}
