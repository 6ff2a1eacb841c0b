/** What lies in a workspace. */
import { z } from 'zod'

export const Entry = z.object({
  name: z.string(),
  kind: z.enum(['file', 'folder']),
  bytes: z.int().exactOptional(),
  changedAt: z.iso.datetime(),
})
export type Entry = z.infer<typeof Entry>
