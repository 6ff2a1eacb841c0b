/** One part of the view, under its name. */
import { type ReactNode, useId } from 'react'
import { Wrong } from '../parts/wrong.tsx'

interface Props {
  readonly title: string
  readonly problem: string | undefined
  /** Said in place of what would stand there. */
  readonly empty?: string | undefined
  readonly children: ReactNode
}

export function Panel({ title, problem, empty, children }: Props) {
  const id = useId()
  return (
    <section className="panel" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      <Wrong text={problem} />
      {empty === undefined ? children : <p className="hint">{empty}</p>}
    </section>
  )
}
