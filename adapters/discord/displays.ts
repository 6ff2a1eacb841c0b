/** What a message says besides its text: apps write into frames, or make messages of components. Pure. */
import { ComponentType, MessageFlags } from 'discord.js'
import { z } from 'zod'
import type { Said } from './events.ts'

const Component = z.union([
  z.object({ type: z.literal(ComponentType.TextDisplay), content: z.string() }),
  z.object({
    type: z.literal(ComponentType.MediaGallery),
    items: z.array(z.object({ description: z.string().nullish() })),
  }),
  z.object({
    type: z.literal([ComponentType.Container, ComponentType.Section]),
    components: z.array(z.unknown()),
  }),
])
/** Sections stand in containers, and nothing stands in sections but words. */
const deepest = 2

export function isMadeOfComponents(flags: number): boolean {
  return (flags & MessageFlags.IsComponentsV2) !== 0
}

/** Its words, and those that its pictures are described by, in their order. `components`: hostile. */
export function displayed(components: unknown): string {
  return wordsIn(components, 0).join('\n\n')
}

function wordsIn(components: unknown, depth: number): string[] {
  const all: unknown[] = Array.isArray(components) ? components : []
  return all.flatMap((each) => {
    const { data } = Component.safeParse(each)
    if (data === undefined) return []
    if ('content' in data) return [data.content]
    if ('items' in data) return data.items.flatMap(({ description }) => description ?? [])
    return depth < deepest ? wordsIn(data.components, depth + 1) : []
  })
}

/** All that somebody, or an app, has said in a message. */
export function wordsOf({ content, embeds, components }: Omit<Said, 'attachments'>): string {
  return [content, ...embeds.map(framed), displayed(components)]
    .filter((words) => words.trim() !== '')
    .join('\n\n')
}

function framed({ title, description, url, fields }: Said['embeds'][number]): string {
  const head = [title, url].filter((part) => typeof part === 'string' && part !== '').join(' ')
  const lines = [head, description ?? '', ...fields.map(({ name, value }) => `${name}: ${value}`)]
  return lines.filter((line) => line !== '').join('\n')
}
