/** The streams that a terminal is made of, and writing to them. */
import type { Readable, Writable } from 'node:stream'
import { AdapterError } from '../../src/contract.ts'

export interface Input extends Readable {
  readonly isTTY?: boolean
  setRawMode?(on: boolean): unknown
}

export interface Output extends Writable {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}

export interface TerminalIo {
  readonly input: Input
  readonly output: Output
  readonly error: Output
  readonly env: Readonly<Record<string, string | undefined>>
}

export function processIo(): TerminalIo {
  const { stdin, stdout, stderr, env } = process
  return { input: stdin, output: stdout, error: stderr, env }
}

/** Resolves when the stream has taken the text. @throws {@link AdapterError} `gone` when its reader has left, else `network`. */
export function write(stream: Output, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (stream.destroyed || stream.writableEnded) reject(faultOf(stream, stream.errored ?? closed))
    else stream.write(text, (error) => (error ? reject(faultOf(stream, error)) : resolve()))
  })
}

const closed = Object.assign(new Error('it is closed'), { code: 'EPIPE' })

/** Whoever leaves a pipe has what they wanted, `| head`; whatever else fails loses the answer. */
export function hasLeft(error: Error): boolean {
  return 'code' in error && (error.code === 'EPIPE' || error.code === 'ECONNRESET')
}

/** An answer to a terminal that hung up, or to a full disk, is kept. */
function faultOf({ isTTY }: Output, error: Error): AdapterError {
  const code = isTTY !== true && hasLeft(error) ? 'gone' : 'network'
  return new AdapterError(code, `the output cannot be written: ${error.message}`, { cause: error })
}

/** Whether cursor movements do what they say here. */
export function canMoveCursor({ env, output }: TerminalIo): boolean {
  return output.isTTY === true && env.TERM !== 'dumb'
}

/** https://no-color.org: any value but the empty one turns colour off. */
export function hasColour({ env }: TerminalIo, output: Output): boolean {
  return output.isTTY === true && env.TERM !== 'dumb' && (env.NO_COLOR ?? '') === ''
}
