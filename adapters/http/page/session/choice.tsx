/** One of several, by name. */
interface Props {
  readonly label: string
  readonly value: string
  readonly values: readonly string[]
  /** What the empty value is called; absent: there is none. */
  readonly first?: string
  readonly disabled: boolean
  readonly onChoice: (value: string) => void
}

export function Choice({ label, value, values, first, disabled, onChoice }: Props) {
  return (
    <label className="choice">
      <span>{label}</span>
      <select value={value} disabled={disabled} onChange={({ target }) => onChoice(target.value)}>
        {first !== undefined && <option value="">{first}</option>}
        {values.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </label>
  )
}
