/** What can be chosen, and who asks. */
import { z } from 'zod'

export const Info = z.object({
  version: z.string(),
  /** The person that the key is. */
  person: z.string(),
  scope: z.enum(['chat', 'operate', 'admin']),
  rights: z.array(z.string()).readonly(),
  model: z.string().exactOptional(),
  permissionMode: z.string(),
  permissionModes: z.array(z.string()).readonly(),
  efforts: z.array(z.string()).readonly(),
  projects: z.array(z.string()).readonly(),
  commands: z
    .array(
      z
        .object({
          name: z.string(),
          usage: z.string(),
          summary: z.string(),
          /** At once, in its order behind the messages before it, as a turn of Claude's, or beside one. */
          when: z.enum(['now', 'in-order', 'turn', 'aside']).exactOptional(),
        })
        .readonly(),
    )
    .readonly(),
})
export type Info = z.infer<typeof Info>
