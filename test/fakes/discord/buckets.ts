/** Rate limits as Discord keeps them: a bucket for each route and channel, and one for everything. */

export interface Rate {
  readonly limit: number
  readonly windowMs: number
}

interface Window {
  left: number
  resetAt: number
}

export interface Taken {
  /** Seconds to wait; absent: the call may be made. */
  readonly retryAfter?: number
  readonly global?: boolean
  readonly headers: Readonly<Record<string, string>>
}

const globalRate: Rate = { limit: 50, windowMs: 1000 }

export class Buckets {
  readonly #windows = new Map<string, Window>()
  /** Replaces the rates of routes; by their names. */
  readonly rates = new Map<string, Rate>()

  /** `route`: its name; `major`: the id that has a bucket of its own. */
  take(route: string, major: string, usual: Rate): Taken {
    const all = this.#window('global', globalRate)
    if (all.left <= 0) {
      const retryAfter = seconds(all.resetAt)
      const headers = { 'x-ratelimit-global': 'true', 'x-ratelimit-scope': 'global' }
      return { retryAfter, global: true, headers }
    }
    all.left -= 1
    const rate = this.rates.get(route) ?? usual
    const window = this.#window(`${route} ${major}`, rate)
    const spent = window.left <= 0
    if (!spent) window.left -= 1
    const resetAfter = seconds(window.resetAt)
    const headers = {
      'x-ratelimit-limit': String(rate.limit),
      'x-ratelimit-remaining': String(window.left),
      'x-ratelimit-reset': (window.resetAt / 1000).toFixed(3),
      'x-ratelimit-reset-after': resetAfter.toFixed(3),
      'x-ratelimit-bucket': Buffer.from(route).toString('hex').slice(0, 32),
    }
    return spent
      ? { retryAfter: resetAfter, headers: { ...headers, 'x-ratelimit-scope': 'user' } }
      : { headers }
  }

  #window(key: string, { limit, windowMs }: Rate): Window {
    const now = Date.now()
    const known = this.#windows.get(key)
    if (known !== undefined && known.resetAt > now) return known
    const window = { left: limit, resetAt: now + windowMs }
    this.#windows.set(key, window)
    return window
  }
}

function seconds(until: number): number {
  return Math.max(0, until - Date.now()) / 1000
}
