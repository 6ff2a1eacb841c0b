/** Questions to whoever sits at the terminal, or to what is piped in, a line each. */
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'

export interface Asking extends Disposable {
  readonly say: (words: string) => void
  /** Undefined: nobody answers any more, or nothing was typed. `secret`: what is typed is not shown. */
  ask(words: string, secret: boolean): Promise<string | undefined>
}

export function openAsking(input: NodeJS.ReadStream, output: NodeJS.WritableStream): Asking {
  let hidden = false
  const echo = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!hidden) output.write(chunk)
      done()
    },
  })
  const reader = createInterface({ input, output: echo, terminal: input.isTTY })
  const lines = reader[Symbol.asyncIterator]()
  return {
    say: (words) => void output.write(`${words}\n`),
    async ask(words, secret) {
      output.write(`${words}\n> `)
      hidden = secret
      const { value, done } = await lines.next()
      hidden = false
      // What was typed and not shown, or piped in, has moved no cursor.
      if (secret || !input.isTTY) output.write('\n')
      const answer = done === true ? '' : value.trim()
      return answer === '' ? undefined : answer
    },
    [Symbol.dispose]: () => reader.close(),
  }
}
