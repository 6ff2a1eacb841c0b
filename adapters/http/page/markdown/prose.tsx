/** Markdown, once what reads it is loaded; its letters until then. */
import { lazy, memo, Suspense, useDeferredValue } from 'react'

const Markdown = lazy(() => import('./markdown.tsx'))

interface Props {
  readonly markdown: string
}

export const Prose = memo(function Prose({ markdown }: Props) {
  // While it grows faster than it can be drawn, some of its states are passed over.
  const shown = useDeferredValue(markdown)
  return (
    <div className="prose">
      <Suspense fallback={<p className="plain">{shown}</p>}>
        <Markdown markdown={shown} />
      </Suspense>
    </div>
  )
})
