/** How fast a bot may call, as Slack documents it, with the little that Slack lets pass beyond. */

interface Rate {
  readonly most: number
  /** Milliseconds. */
  readonly within: number
}

const minute = 60_000
const tiers: Readonly<Record<string, Rate>> = {
  // About one a second in a channel; bursts are let pass if they are short.
  'chat.postMessage': { most: 12, within: 6000 },
  'chat.update': { most: 60, within: minute },
  'chat.startStream': { most: 25, within: minute },
  'chat.appendStream': { most: 120, within: minute },
  'chat.stopStream': { most: 25, within: minute },
  'agents.sessions.setStatus': { most: 50, within: minute },
  'conversations.replies': { most: 60, within: minute },
  'conversations.history': { most: 60, within: minute },
}

export class Rates {
  /** By method and, where it counts, channel: when calls were made. */
  readonly #calls = new Map<string, number[]>()
  /** Calls that came too fast, by method. */
  readonly refused: string[] = []
  /** Whether Slack counts at all: for tests about other troubles than its limits. */
  counts = true

  /** Seconds to wait; 0: the call may be made, and counts. */
  take(method: string, channel: string): number {
    const rate = tiers[method]
    if (rate === undefined || !this.counts) return 0
    const key = method === 'chat.postMessage' ? `${method} ${channel}` : method
    const now = Date.now()
    const recent = (this.#calls.get(key) ?? []).filter((at) => at > now - rate.within)
    const [oldest = now] = recent
    if (recent.length >= rate.most) {
      this.refused.push(method)
      return Math.max(1, Math.ceil((oldest + rate.within - now) / 1000))
    }
    this.#calls.set(key, [...recent, now])
    return 0
  }
}
