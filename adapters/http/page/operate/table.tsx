/** Rows under heads; wider than a phone, so it can be pushed aside. */
import type { ReactNode } from 'react'

interface Row {
  readonly key: string
  readonly cells: readonly ReactNode[]
}

interface Props {
  readonly label: string
  readonly heads: readonly string[]
  /** How many columns at the end are figures. */
  readonly figures?: number
  readonly rows: readonly Row[]
}

export function Table({ label, heads, figures = 0, rows }: Props) {
  const side = (column: number): string | undefined =>
    column >= heads.length - figures ? 'right' : undefined
  return (
    <div className="scrolls" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {heads.map((head, column) => (
              <th key={head} scope="col" className={side(column)}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, column) => (
                <td key={heads[column]} className={side(column)}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
