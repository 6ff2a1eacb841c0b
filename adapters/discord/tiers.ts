/** How large a file a guild takes: the more it is boosted, the larger. */
import type { Boosted } from './events.ts'

const mebibyte = 1024 * 1024
/** Of direct chats, and of guilds that are boosted little. */
export const usualFileBytes = 10 * mebibyte
const byTier: Readonly<Partial<Record<number, number>>> = { 2: 50 * mebibyte, 3: 100 * mebibyte }

export class Tiers {
  readonly #tiers = new Map<string, number>()

  saw({ id, premium_tier: tier }: Boosted): void {
    if (tier !== undefined) this.#tiers.set(id, tier)
  }

  /** `guild` undefined: a direct chat. */
  fileBytes(guild: string | undefined): number {
    return byTier[this.#tiers.get(guild ?? '') ?? 0] ?? usualFileBytes
  }
}
