/** "Did you mean": the known name that a slip of the fingers leads to. */

/** The known name closest to what was written; undefined: none is close enough to be meant. */
export function nearest(written: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((name) => ({ name, steps: distance(written.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, steps }) => steps <= Math.max(1, Math.floor(Math.max(written.length, name.length) / 3)))
    .toSorted((a, b) => a.steps - b.steps)
  return ranked[0]?.name
}

/** Insertions, deletions, replacements and swaps of neighbours that lead from one to the other. */
function distance(a: string, b: string): number {
  // Compared in full, a key of a megabyte would take for ever; nothing known is near it anyway.
  if (Math.abs(a.length - b.length) > 20) return Infinity
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const replaced = (previous[j - 1] ?? 0) + (same ? 0 : 1)
      const edited = Math.min(replaced, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row.push(swapped ? Math.min(edited, (before[j - 2] ?? 0) + 1) : edited)
    }
    before = previous
    previous = row
  }
  return previous[b.length] ?? 0
}
