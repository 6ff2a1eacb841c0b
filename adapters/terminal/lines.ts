/** Lines of a stream, one when asked for; a line can be put back. */
import { StringDecoder } from 'node:string_decoder'
import type { Input } from './io.ts'

export class Lines {
  readonly #input: Input
  readonly #lines: AsyncGenerator<string, undefined>
  /** Asked for and not used yet. */
  #ahead: Promise<string | undefined> | undefined

  constructor(input: Input) {
    this.#input = input
    this.#lines = split(input)
  }

  /** The next line without its end, left where it is; undefined at the end of the input. */
  peek(): Promise<string | undefined> {
    this.#ahead ??= this.#lines.next().then(({ value }) => value)
    return this.#ahead
  }

  take(): Promise<string | undefined> {
    const line = this.peek()
    this.#ahead = undefined
    return line
  }

  /** Whoever waits for a line is told that the input has ended. */
  close(): void {
    this.#input.destroy()
  }
}

async function* split(input: Input): AsyncGenerator<string, undefined> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  try {
    for await (const chunk of input) {
      const lines = (rest + decoder.write(chunk)).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) yield line.replace(/\r$/, '')
    }
  } catch (error) {
    // Closed by us, or by a terminal that hung up: nothing more will come. Anything else is a fault.
    if (!input.destroyed && !isHangUp(error)) throw error
  }
  rest += decoder.end()
  if (rest !== '') yield rest
  return undefined
}

function isHangUp(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['EIO', 'EBADF', 'EAGAIN'].includes(String(error.code))
}
