/** Code, with a button that copies it. */
import { useEffect, useState } from 'react'
import { words } from '../words/words.ts'

const shownMs = 2000

export function CodeBlock({ language, code }: { readonly language: string; readonly code: string }) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), shownMs)
    return () => clearTimeout(timer)
  }, [copied])
  // Only where the page came over TLS or from this machine does a browser let it.
  const canCopy = isSecureContext
  return (
    <figure className={language === '' ? 'code bare' : 'code'}>
      {(language !== '' || canCopy) && (
        <figcaption>
          <span>{language}</span>
          {canCopy && (
            <button
              type="button"
              className="quiet words"
              onClick={() => void navigator.clipboard.writeText(code).then(() => setCopied(true))}
            >
              {copied ? words.chat.copied : words.chat.copy}
            </button>
          )}
        </figcaption>
      )}
      <pre tabIndex={0}>
        <code>{code}</code>
      </pre>
    </figure>
  )
}
