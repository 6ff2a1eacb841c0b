/** What the nodes tell each other over pub/sub. Lossy: whatever it is about is found by the next beat as well. */
import { z } from 'zod'

const Told = z.discriminatedUnion('t', [
  /** A message came for a conversation that the hearer holds. */
  z.object({ t: z.literal('arrived'), c: z.string() }),
  /** Messages that the hearer works on were moved to another chat. */
  z.object({ t: z.literal('moved'), c: z.string() }),
  /** A job waits for a place. */
  z.object({ t: z.literal('ready') }),
  z.object({ t: z.literal('replies'), c: z.string() }),
  z.object({ t: z.literal('idle') }),
  z.object({ t: z.literal('parked'), c: z.string(), w: z.string(), n: z.string() }),
  z.object({ t: z.literal('woken'), c: z.string(), n: z.string() }),
  /** Whoever is just parking this conversation, or one for this reason, must not. */
  z.object({ t: z.literal('wake'), c: z.string() }),
  z.object({ t: z.literal('wakeAll'), w: z.string() }),
  /** See {@link Cluster}. */
  z.object({ t: z.literal('news'), n: z.string(), text: z.string() }),
  z.object({ t: z.literal('ask'), id: z.string(), n: z.string(), q: z.string() }),
  z.object({
    t: z.literal('answer'),
    id: z.string(),
    a: z.string().exactOptional(),
    error: z.string().exactOptional(),
  }),
])

export type Told = z.infer<typeof Told>

/** Undefined: it is of another version, and no more lost than what was never heard. */
export function heard(text: string): Told | undefined {
  try {
    return Told.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
