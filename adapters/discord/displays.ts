/** Messages that are made of components have their words in those. Pure. */
import { ComponentType, MessageFlags } from 'discord.js'
import { z } from 'zod'

const Display = z.discriminatedUnion('type', [
  z.object({ type: z.literal(ComponentType.TextDisplay), content: z.string() }),
  z.object({
    type: z.literal(ComponentType.MediaGallery),
    items: z.array(z.object({ description: z.string().nullish() })),
  }),
])

export function isMadeOfComponents(flags: number): boolean {
  return (flags & MessageFlags.IsComponentsV2) !== 0
}

/** Its words, and those that its pictures are described by, in their order. `components`: hostile. */
export function displayed(components: unknown): string {
  const all: unknown[] = Array.isArray(components) ? components : []
  return all
    .flatMap((each) => {
      const { data } = Display.safeParse(each)
      if (data === undefined) return []
      return 'content' in data ? [data.content] : data.items.flatMap(({ description }) => description ?? [])
    })
    .join('\n\n')
}
