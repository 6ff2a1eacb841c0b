/** What a body makes of a message: words and buttons, or, with the flag for it, components in their order. */
import { Refusal } from './route.ts'
import { type Layout, madeOfComponents, type Rows } from './shapes.ts'
import type { StoredFile, StoredMessage } from './world.ts'

interface Body {
  readonly content?: string | null | undefined
  readonly components?: Layout | undefined
  readonly flags?: number | undefined
  readonly attachments?: readonly { readonly id: string | number; readonly filename: string }[] | undefined
}

export interface Made {
  readonly rows: Rows
  /** Set where the message is made of components. */
  readonly layout?: Layout
}

type Before = Pick<StoredMessage, 'flags' | 'content'>
const none: Before = { flags: 0, content: '' }

/** `before`: of a message that is changed. Undefined: the body says nothing of components. Throws {@link Refusal}. */
export function madeOf(body: Body, files: readonly StoredFile[], before = none): Made | undefined {
  const { components, flags = before.flags, attachments = [] } = body
  if (attachments.some(({ id, filename }) => files[Number(id)]?.name !== filename)) throw invalid()
  const [was, is] = [before.flags, flags].map((each) => (each & madeOfComponents) !== 0)
  // Once a message is made of components it stays so.
  if (was === true && is !== true) throw invalid()
  if (is === true) return laidOut(body, files, before.content)
  const rows = (components ?? []).flatMap((each) => (each.type === 1 ? [each] : []))
  if (rows.length !== (components ?? []).length) throw invalid()
  return components === undefined ? undefined : { rows }
}

function laidOut({ content, components = [] }: Body, files: readonly StoredFile[], before: string): Made {
  // Words stand in components alone; those that stood in the message have to be taken out.
  if (typeof content === 'string' && content !== '') throw invalid()
  if (content === undefined && before !== '') throw invalid()
  if (components.length === 0) throw new Refusal(400, 50_006, 'Cannot send an empty message')
  const shown = components.flatMap(urlsIn)
  const sent = files.map(({ name }) => `attachment://${name}`)
  if (shown.some((url) => !sent.includes(url)) || sent.some((url) => !shown.includes(url))) throw invalid()
  return { rows: components.flatMap((each) => (each.type === 1 ? [each] : [])), layout: components }
}

function urlsIn(component: Layout[number]): string[] {
  if (component.type === 12) return component.items.map(({ media }) => media.url)
  return component.type === 13 ? [component.file.url] : []
}

function invalid(): Refusal {
  return new Refusal(400, 50_035, 'Invalid Form Body')
}
