/**
 * `unreachable` the server does not answer: it may be back later; `corrupt` what is kept under a key is not
 * what this version writes; `failed` the disk or the server refused.
 */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: 'unreachable' | 'corrupt' | 'failed'

  constructor(code: StoreError['code'], message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.code = code
  }
}
