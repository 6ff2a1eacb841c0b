/** What Claude asks, and what can be answered. */
import { useState } from 'react'
import type { ApprovalView } from '../../shapes/session.ts'
import { Prose } from '../markdown/prose.tsx'
import { useDoing } from '../parts/doing.ts'
import { Wrong } from '../parts/wrong.tsx'
import { time, words } from '../words/words.ts'

interface Given {
  readonly choices: readonly string[]
  readonly text?: string
}
type Decide = (prompt: string, given: Given) => Promise<unknown>

interface Props {
  readonly approvals: readonly ApprovalView[]
  readonly onDecide: Decide
}

export function Approvals({ approvals, onDecide }: Props) {
  if (approvals.length === 0) return null
  return (
    <section className="approvals" aria-label={words.approvals.label}>
      {approvals.map((approval) => (
        <Asked key={approval.prompt} approval={approval} onDecide={onDecide} />
      ))}
    </section>
  )
}

interface AskedProps {
  readonly approval: ApprovalView
  readonly onDecide: Decide
  /** Said above it, where it is not clear. */
  readonly where?: string
}

export function Asked({ approval, onDecide, where }: AskedProps) {
  const { prompt, title, markdown, kind, choices, multiple, ownText, expiresAt } = approval
  const { busy, problem, run } = useDoing()
  const [taken, setTaken] = useState<readonly string[]>([])
  /** The choice that wants words; `''`: the words are the answer. */
  const [writing, setWriting] = useState<string>()
  const decide = (given: Given): void => void run(() => onDecide(prompt, given))

  return (
    <article className="asked" aria-label={title}>
      <h3>{title}</h3>
      {where !== undefined && <p className="hint">{where}</p>}
      {/* The text of a question lists what the buttons say. */}
      {kind !== 'question' && markdown !== '' && <Prose markdown={markdown} />}
      {multiple ? (
        <Several approval={approval} taken={taken} onTaken={setTaken} />
      ) : (
        <div
          className={
            choices.some(({ description }) => description !== undefined) ? 'choices listed' : 'choices'
          }
        >
          {choices.map(({ id, label, description, style, text }) => (
            <button
              key={id}
              type="button"
              className={style}
              disabled={busy}
              aria-expanded={text === true ? writing === id : undefined}
              onClick={() => (text === true ? setWriting(id) : decide({ choices: [id] }))}
            >
              {text === true ? words.approvals.reasonFor(label) : label}
              {description !== undefined && <small>{description}</small>}
            </button>
          ))}
        </div>
      )}
      <div className="choices">
        {multiple && (
          <button
            type="button"
            className="primary"
            disabled={busy || taken.length === 0}
            onClick={() => decide({ choices: taken })}
          >
            {words.approvals.submit}
          </button>
        )}
        {ownText && writing === undefined && (
          <button type="button" disabled={busy} onClick={() => setWriting('')}>
            {words.approvals.reasonFor(words.approvals.own)}
          </button>
        )}
      </div>
      {writing !== undefined && (
        <Own busy={busy} onWords={(text) => decide({ choices: writing === '' ? [] : [writing], text })} />
      )}
      <Wrong text={problem} />
      <p className="hint">{words.approvals.until(time(expiresAt))}</p>
    </article>
  )
}

interface SeveralProps {
  readonly approval: ApprovalView
  readonly taken: readonly string[]
  readonly onTaken: (taken: readonly string[]) => void
}

function Several({ approval: { title, choices }, taken, onTaken }: SeveralProps) {
  return (
    <fieldset className="several">
      <legend className="heard">{title}</legend>
      {choices.map(({ id, label, description }) => (
        <label key={id}>
          <input
            type="checkbox"
            checked={taken.includes(id)}
            onChange={({ target }) =>
              onTaken(target.checked ? [...taken, id] : taken.filter((each) => each !== id))
            }
          />
          <span>
            {label}
            {description !== undefined && <small>{description}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  )
}

function Own({ busy, onWords }: { readonly busy: boolean; readonly onWords: (text: string) => void }) {
  const [text, setText] = useState('')
  return (
    <form
      className="own"
      onSubmit={(event) => {
        event.preventDefault()
        if (text.trim() !== '') onWords(text.trim())
      }}
    >
      <input
        autoFocus
        value={text}
        maxLength={4000}
        aria-label={words.approvals.reason}
        placeholder={words.approvals.reason}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="primary" disabled={busy || text.trim() === ''}>
        {words.approvals.submit}
      </button>
    </form>
  )
}
