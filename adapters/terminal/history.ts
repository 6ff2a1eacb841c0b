/** What was typed before, kept in a file: one entry a line. */
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

const most = 1000

export class History {
  readonly #file: string | undefined
  /** Called when the file cannot be read or written. */
  readonly #onError: (error: unknown) => void
  #entries: string[] = []
  #writing: Promise<void> = Promise.resolve()

  constructor(file: string | undefined, onError: (error: unknown) => void) {
    this.#file = file
    this.#onError = onError
  }

  /** Oldest first. */
  get entries(): readonly string[] {
    return this.#entries
  }

  async read(): Promise<void> {
    if (this.#file === undefined) return
    try {
      this.#entries = await readHistory(this.#file)
    } catch (error) {
      this.#onError(error)
    }
  }

  add(entry: string): void {
    if (this.#entries.at(-1) === entry) return
    this.#entries.push(entry)
    const file = this.#file
    if (file === undefined) return
    this.#writing = this.#writing.then(() => appendHistory(file, entry)).catch(this.#onError)
  }

  /** Resolves when all is written. */
  written(): Promise<void> {
    return this.#writing
  }
}

/** Entries, oldest first. No file: none. Keeps the file short by the way. */
async function readHistory(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const lines = text.split('\n').filter((line) => line !== '')
  const kept = lines.slice(-most)
  if (lines.length > 2 * most) await writeFile(file, `${kept.join('\n')}\n`, { mode: 0o600 })
  return kept.map(decode)
}

async function appendHistory(file: string, entry: string): Promise<void> {
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
