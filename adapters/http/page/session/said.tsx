/** Something that somebody said. */
import { type ReactNode, useContext } from 'react'
import type { Line } from '../../shapes/session.ts'
import { Prose } from '../markdown/prose.tsx'
import { Downloads } from '../parts/downloads.ts'
import { Icon } from '../parts/icon.tsx'
import { size, words } from '../words/words.ts'
import type { NoticeShown } from './turn.ts'

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

function Claude({ markdown, files = [] }: ClaudeProps) {
  return (
    <article className="said claude" aria-label={words.chat.claude}>
      <Prose markdown={markdown} />
      {files.length > 0 && <p className="hint">{files.join(', ')}</p>}
    </article>
  )
}

/** Words of the bot's own, or a file that Claude has sent. */
export function Noticed({ notice: { markdown, tone, file } }: { readonly notice: NoticeShown }) {
  const download = useContext(Downloads)
  if (tone === 'answer') return <Claude markdown={markdown} />
  if (file === undefined) return <Said as={tone} markdown={markdown} />
  const { name, bytes, caption, url } = file
  return (
    <div className="sent-file">
      {caption !== undefined && <p className="plain">{caption}</p>}
      <button type="button" aria-label={words.files.download(name)} onClick={() => download(url, name)}>
        <Icon name="file" />
        <span className="title">{name}</span>
        <span className="meta">{size(bytes)}</span>
      </button>
    </div>
  )
}

function Said({ as, markdown }: { readonly as: 'notice' | 'error'; readonly markdown: string }) {
  return (
    <div className={`said ${as}`}>
      <Prose markdown={markdown} />
    </div>
  )
}
