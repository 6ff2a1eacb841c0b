/** Why a bot elsewhere did not do as it was asked. */
import { stripVTControlCharacters } from 'node:util'

/**
 * `bad-url` no address of a server; `no-answer` nobody answers there, or the connection dropped; `no-key`, `wrong-key`;
 * `other-version` it answers, but not as a bot of this version does; `busy` it asks to be asked later; `refused` it says why.
 */
export type RemoteCode =
  | 'bad-url'
  | 'no-answer'
  | 'no-key'
  | 'wrong-key'
  | 'other-version'
  | 'busy'
  | 'refused'

export class RemoteError extends Error {
  override readonly name = 'RemoteError'
  readonly code: RemoteCode
  /** HTTP's, where there was an answer. */
  readonly status: number | undefined

  constructor(
    code: RemoteCode,
    message: string,
    { status, cause }: { readonly status?: number; readonly cause?: unknown } = {},
  ) {
    // Parts of it are the server's words, and it may stand in a terminal.
    super(
      stripVTControlCharacters(message).replaceAll(/(?!\n)\p{Cc}/gu, ''),
      cause === undefined ? {} : { cause },
    )
    this.code = code
    this.status = status
  }

  /** May it go better in a moment? */
  get passing(): boolean {
    return this.code === 'no-answer' || this.code === 'busy'
  }
}
