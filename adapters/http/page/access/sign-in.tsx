/** Asks for the key. */
import { type FormEvent, useState } from 'react'
import { Inline } from '../parts/inline.tsx'
import { Wrong } from '../parts/wrong.tsx'
import { words } from '../words/words.ts'

interface Props {
  readonly problem: string | undefined
  readonly onKey: (key: string) => Promise<void>
}

export function SignIn({ problem, onKey }: Props) {
  const [key, setKey] = useState('')
  const [busy, setBusy] = useState(false)
  const { signIn } = words

  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const given = key.trim()
    if (given === '' || busy) return
    setBusy(true)
    void onKey(given).finally(() => setBusy(false))
  }

  return (
    <main className="alone">
      <form className="sign-in" onSubmit={submit}>
        <h1>Parley</h1>
        <label htmlFor="key">{signIn.key}</label>
        <input
          id="key"
          type="password"
          autoComplete="off"
          spellCheck={false}
          autoFocus
          required
          value={key}
          aria-describedby="key-hint"
          aria-invalid={problem !== undefined}
          onChange={(event) => setKey(event.target.value)}
        />
        <p id="key-hint" className="hint">
          <Inline text={signIn.hint} />
        </p>
        <Wrong text={problem} />
        <button type="submit" className="primary" disabled={busy}>
          {signIn.submit}
        </button>
      </form>
    </main>
  )
}
