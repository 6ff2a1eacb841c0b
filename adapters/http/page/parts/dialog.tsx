/** Something in front of the page, until it is closed: Esc does, too. */
import { type ReactNode, useEffect, useRef } from 'react'
import { words } from '../words/words.ts'
import { Icon } from './icon.tsx'

interface Props {
  readonly title: string
  readonly className: string
  readonly onClose: () => void
  readonly children: ReactNode
}

export function Dialog({ title, className, onClose, children }: Props) {
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={ref}
      className={className}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => {
        // What is not inside it is its backdrop.
        if (event.target === ref.current) onClose()
      }}
    >
      <div className="dialog-body">
        <header className="dialog-head">
          <h2>{title}</h2>
          <button type="button" className="quiet" aria-label={words.close} onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  )
}
