/** Something that somebody said. */
import type { ReactNode } from 'react'
import type { Line } from '../../shapes/session.ts'
import { Prose } from '../markdown/prose.tsx'
import { words } from '../words/words.ts'

export function SaidLine({ line: { role, text, files } }: { readonly line: Line }) {
  if (role === 'user') return <You text={text} />
  if (role === 'notice') return <Said as="notice" markdown={text} />
  return <Claude markdown={text} files={files} />
}

export function You({ text, note }: { readonly text: string; readonly note?: ReactNode }) {
  return (
    <article className="said you" aria-label={words.chat.you}>
      <p className="plain">{text}</p>
      {note}
    </article>
  )
}

interface ClaudeProps {
  readonly markdown: string
  readonly files?: readonly string[] | undefined
}

export function Claude({ markdown, files = [] }: ClaudeProps) {
  return (
    <article className="said claude" aria-label={words.chat.claude}>
      <Prose markdown={markdown} />
      {files.length > 0 && <p className="hint">{files.join(', ')}</p>}
    </article>
  )
}

/** Words of the bot's own. */
export function Said({
  as,
  markdown,
}: {
  readonly as: 'notice' | 'error' | 'answer'
  readonly markdown: string
}) {
  return (
    <div className={`said ${as}`}>
      <Prose markdown={markdown} />
    </div>
  )
}
