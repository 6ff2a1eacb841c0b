/** Asks for a session's name, and whether it is really to go. */
import { useState } from 'react'
import { useDoing } from '../parts/doing.ts'
import { Dialog } from '../parts/dialog.tsx'
import { Wrong } from '../parts/wrong.tsx'
import { asName, longestName } from '../sessions/sessions.ts'
import { words } from '../words/words.ts'

interface RenameProps {
  readonly name: string
  readonly onName: (name: string) => Promise<void>
  readonly onClose: () => void
}

export function Rename({ name, onName, onClose }: RenameProps) {
  const [text, setText] = useState(asName(name))
  const { busy, problem, run } = useDoing()
  return (
    <Dialog title={words.sessions.rename} className="card" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void run(() => onName(text.trim())).then((well) => well && onClose())
        }}
      >
        <label>
          {words.sessions.name}
          <input
            autoFocus
            required
            maxLength={longestName}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        </label>
        <Ends busy={busy} problem={problem} label={words.sessions.save} onClose={onClose} />
      </form>
    </Dialog>
  )
}

interface RemoveProps {
  readonly name: string
  readonly onSure: () => Promise<void>
  readonly onClose: () => void
}

export function Remove({ name, onSure, onClose }: RemoveProps) {
  const { busy, problem, run } = useDoing()
  return (
    <Dialog title={words.sessions.remove} className="card" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void run(onSure).then((well) => well && onClose())
        }}
      >
        <p>{words.sessions.removeSure(name)}</p>
        <Ends busy={busy} problem={problem} label={words.sessions.remove} danger onClose={onClose} />
      </form>
    </Dialog>
  )
}

interface EndsProps {
  readonly busy: boolean
  readonly problem: string | undefined
  readonly label: string
  readonly danger?: boolean
  readonly onClose: () => void
}

function Ends({ busy, problem, label, danger = false, onClose }: EndsProps) {
  return (
    <>
      <Wrong text={problem} />
      <div className="choices">
        <button type="submit" className={danger ? 'danger' : 'primary'} disabled={busy}>
          {label}
        </button>
        <button type="button" onClick={onClose}>
          {words.cancel}
        </button>
      </div>
    </>
  )
}
