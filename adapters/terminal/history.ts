/** What was typed before, in a file: one entry a line. */
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

const most = 1000

/** Entries, oldest first. No file: none. Keeps the file short by the way. */
export async function readHistory(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const lines = text.split('\n').filter((line) => line !== '')
  const kept = lines.slice(-most)
  if (lines.length > 2 * most) await writeFile(file, `${kept.join('\n')}\n`, { mode: 0o600 })
  return kept.map(decode)
}

export async function appendHistory(file: string, entry: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await appendFile(file, `${encode(entry)}\n`, { mode: 0o600 })
}

/** A line feed becomes `\n` and a backslash `\\`. */
function encode(entry: string): string {
  return entry
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\r', '')
}

function decode(line: string): string {
  return line.replaceAll(/\\([\\n])/g, (_, escaped) => (escaped === 'n' ? '\n' : '\\'))
}
