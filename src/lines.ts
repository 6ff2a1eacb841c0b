/**
 * A stream of bytes as lines. By line feeds alone: JSON leaves U+2028 and U+2029 as they are in its strings, and
 * node:readline ends a line there.
 */

/** What to do with the lines. */
export interface LineSink {
  /** A line without its end; never empty. */
  line(text: string): void
  /** A line that was longer than allowed, and is lost. */
  tooLong(bytes: number): void
}

const newline = 0x0a

/**
 * Returns a function to be given each chunk as it comes. Lines are handed on in the same tick: an answer
 * must not wait for a later chunk. `mostBytes` bounds what one line may hold in memory.
 */
export function lineSplitter(sink: LineSink, mostBytes: number): (chunk: Buffer) => void {
  let parts: Buffer[] = []
  let bytes = 0

  const keep = (part: Buffer): void => {
    bytes += part.length
    if (bytes > mostBytes) parts = []
    else if (part.length > 0) parts.push(part)
  }
  const finish = (): void => {
    // Decoded whole: a character may be split between two chunks.
    if (bytes > mostBytes) sink.tooLong(bytes)
    else if (bytes > 0) {
      const text = (parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts)).toString(
        'utf8',
      )
      if (text.trim() !== '') sink.line(text)
    }
    parts = []
    bytes = 0
  }

  return (chunk) => {
    let start = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      keep(chunk.subarray(start, end))
      finish()
      start = end + 1
    }
    keep(chunk.subarray(start))
  }
}
