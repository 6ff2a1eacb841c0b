/** What somebody typed, said back to them. Pure. */

const longest = 40

/** So that it can stand between backticks, where it names and links nobody: one short line without any. */
export function quoted(text: string): string {
  const line = text.replaceAll('`', "'").replaceAll(/\s+/g, ' ').trim()
  return (line.length <= longest ? line : `${line.slice(0, longest - 1)}…`).toWellFormed()
}
