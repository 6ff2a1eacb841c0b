/** What bots send to the gateway, as documented. What is not documented is refused. */
import { z } from 'zod'

const Payload = z.object({ op: z.int(), d: z.unknown().optional() })
export const Identify = z.strictObject({
  token: z.string(),
  intents: z.int(),
  properties: z.strictObject({ os: z.string(), browser: z.string(), device: z.string() }),
  shard: z.tuple([z.int().min(0), z.int().min(1)]).optional(),
  compress: z.literal(false).optional(),
})
export const Resume = z.strictObject({ token: z.string(), session_id: z.string(), seq: z.int() })
export type Identify = z.infer<typeof Identify>

/** As Discord reckons it. */
export function shardOf(guild: string, count: number): number {
  return Number((BigInt(guild) >> 22n) % BigInt(count))
}

/** Undefined: it is none. */
export function parsed(text: string): z.infer<typeof Payload> | undefined {
  try {
    return Payload.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
