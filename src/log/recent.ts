/** The last lines of the log, redacted as they were written, for whoever watches over the bot from elsewhere. */
import type { LogLine } from '../contract.ts'

/** Both bound what is kept in memory. */
const mostLines = 500
const mostChars = 512 * 1024

export class RecentLines {
  /** As written: they are taken apart when somebody asks. */
  readonly #lines: string[] = []
  readonly #listeners = new Set<(line: LogLine) => void>()
  #chars = 0

  /** One line of JSON. */
  add(line: string): void {
    this.#lines.push(line)
    this.#chars += line.length
    while (this.#lines.length > mostLines || (this.#chars > mostChars && this.#lines.length > 1))
      this.#chars -= this.#lines.shift()?.length ?? 0
    if (this.#listeners.size === 0) return
    const read = lineIn(line)
    for (const listener of this.#listeners) listener(read)
  }

  /** The last so many, the oldest first. */
  last(most: number): readonly LogLine[] {
    return this.#lines.slice(-most).map(lineIn)
  }

  /** Until the signal is aborted. The listener returns at once and never throws. */
  listen(listener: (line: LogLine) => void, signal: AbortSignal): void {
    this.#listeners.add(listener)
    signal.addEventListener('abort', () => this.#listeners.delete(listener), { once: true })
  }
}

function lineIn(line: string): LogLine {
  const { time, level, msg, pid: _pid, ...fields } = JSON.parse(line)
  return { at: Date.parse(time), level, message: msg ?? '', fields }
}
