/** Where a message is written. What is not sent yet outlives a reload. */
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { Icon } from '../parts/icon.tsx'
import { useWide } from '../parts/wide.ts'
import { words } from '../words/words.ts'

/** On a phone Enter is the only key for a new line. */
const fingers = matchMedia('(pointer: coarse)')

interface Props {
  /** Names the draft. */
  readonly draftPlace: string
  /** True: it is sent. */
  readonly onSay: (text: string) => Promise<boolean>
  /** Absent: nothing runs. */
  readonly onStop?: (() => void) | undefined
  /** Resolves with where they are. Absent: there is no place for files. */
  readonly onFiles?: (files: readonly File[]) => Promise<readonly string[]>
}

export function Composer({ draftPlace, onSay, onStop, onFiles }: Props) {
  const place = `parley-draft-${draftPlace}`
  const [text, setText] = useState(() => sessionStorage.getItem(place) ?? '')
  const box = useRef<HTMLTextAreaElement>(null)
  const wide = useWide()
  useEffect(() => {
    if (text === '') sessionStorage.removeItem(place)
    else sessionStorage.setItem(place, text)
  }, [place, text])

  const send = (): void => {
    if (text.trim() === '') return
    const said = text
    setText('')
    void (async () => {
      if (!(await onSay(said))) setText((since) => (since === '' ? said : `${said}\n${since}`))
    })()
  }
  const add = async (files: readonly File[]): Promise<void> => {
    const paths = (await onFiles?.(files)) ?? []
    const mentions = paths.map((path) => `@${path}`).join(' ')
    if (mentions !== '')
      setText((before) => `${before}${before === '' || before.endsWith(' ') ? '' : ' '}${mentions} `)
    box.current?.focus()
  }
  const pressed = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || fingers.matches) return
    event.preventDefault()
    send()
  }

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        void add([...event.dataTransfer.files])
      }}
    >
      <div className="field">
        {onFiles !== undefined && <Attach onFiles={add} />}
        <textarea
          ref={box}
          rows={1}
          autoFocus={wide}
          value={text}
          placeholder={words.chat.placeholder}
          aria-label={words.chat.composer}
          aria-describedby="keys"
          onChange={(event) => setText(event.target.value)}
          onKeyDown={pressed}
          onPaste={({ clipboardData: { files } }) => {
            if (files.length > 0) void add([...files])
          }}
        />
        {onStop !== undefined && (
          <button type="button" className="round stop" aria-label={words.chat.stop} onClick={onStop}>
            <Icon name="stop" />
          </button>
        )}
        <button
          type="submit"
          className="round primary"
          aria-label={words.chat.send}
          disabled={text.trim() === ''}
        >
          <Icon name="send" />
        </button>
      </div>
      <p id="keys" className="hint keys">
        {words.chat.keys}
      </p>
    </form>
  )
}

function Attach({ onFiles }: { readonly onFiles: (files: readonly File[]) => Promise<void> }) {
  return (
    <label className="round attach">
      <Icon name="attach" />
      <input
        type="file"
        multiple
        className="heard"
        aria-label={words.chat.attach}
        onChange={({ target }) => {
          const files = [...(target.files ?? [])]
          // The same file can be chosen again.
          target.value = ''
          if (files.length > 0) void onFiles(files)
        }}
      />
    </label>
  )
}
