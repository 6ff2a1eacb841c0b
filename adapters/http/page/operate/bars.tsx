/** Values as bars. The table beside them says the same. */
interface Bar {
  readonly name: string
  readonly value: number
  readonly said: string
}

interface Props {
  readonly label: string
  readonly bars: readonly Bar[]
  /** True: side by side, as days are. */
  readonly upright?: boolean
}

/** Of the drawing; the style sheet says how large that is. */
const height = 100
const width = 100
const gap = 0.25

export function Bars({ label, bars, upright = false }: Props) {
  const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE)
  return upright ? (
    <Upright label={label} bars={bars} most={most} />
  ) : (
    <ul className="bars" aria-label={label}>
      {bars.map(({ name, value, said }) => (
        <li key={name}>
          <span className="title">{name}</span>
          <span className="value">{said}</span>
          <svg viewBox={`0 0 ${width} 1`} preserveAspectRatio="none" aria-hidden="true">
            <rect width={(value / most) * width} height={1} />
          </svg>
        </li>
      ))}
    </ul>
  )
}

function Upright({ label, bars, most }: Omit<Props, 'upright'> & { readonly most: number }) {
  const largest = bars.find(({ value }) => value === most)
  const said = largest === undefined ? label : `${label}: ${largest.name} ${largest.said}`
  return (
    <div className="upright">
      <span className="hint">{largest?.said}</span>
      <svg viewBox={`0 0 ${bars.length} ${height}`} preserveAspectRatio="none" role="img" aria-label={said}>
        {bars.map(({ name, value, said }, index) => (
          <rect
            key={name}
            x={index + gap / 2}
            y={height - (value / most) * height}
            width={1 - gap}
            height={(value / most) * height}
          >
            <title>{`${name}: ${said}`}</title>
          </rect>
        ))}
      </svg>
      <span className="ends hint">
        <span>{bars[0]?.name}</span>
        <span>{bars.at(-1)?.name}</span>
      </span>
    </div>
  )
}
