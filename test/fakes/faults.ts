/** What is to go wrong with calls of a platform's API, planned by a test. */
import type { ServerResponse } from 'node:http'

/** What any server may do, and what stands between it and us. */
export type AnyMisfortune =
  /** Something in between answers. */
  | { readonly kind: 'status'; readonly status: number }
  /** The connection is cut. */
  | { readonly kind: 'cut' }

interface Planned<M> {
  readonly call: string | RegExp
  readonly misfortune: M
  /** True: the call is carried out all the same. */
  readonly after: boolean
}

/** `M`: what can go wrong on this platform. */
export class Faults<M> {
  readonly #planned: Planned<M>[] = []

  /** The next call of this name, or whose name fits, fails; `after`: it is carried out first. */
  plan(call: string | RegExp, misfortune: M, after = false): void {
    this.#planned.push({ call, misfortune, after })
  }

  take(name: string): Planned<M> | undefined {
    const index = this.#planned.findIndex(({ call }) =>
      typeof call === 'string' ? call === name : call.test(name),
    )
    return index === -1 ? undefined : this.#planned.splice(index, 1)[0]
  }
}

export function sufferAny(misfortune: AnyMisfortune, response: ServerResponse): void {
  if (misfortune.kind === 'cut') return void response.destroy()
  response.writeHead(misfortune.status)
  response.end('upstream connect error')
}
