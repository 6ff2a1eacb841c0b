/** The text of a config file with one more adapter in it; what people wrote stays as they wrote it. */
import { isCollection, isMap, isNode, parseDocument, Document } from 'yaml'
import { z } from 'zod'
import { adapterSettings } from '../adapters.ts'
import { check } from './check.ts'

export interface Added {
  readonly name: string
  /** The adapter's settings as they are to be written, `${NAME}` too; one of a group as `group.setting`, and so on. */
  readonly block: Readonly<Record<string, string>>
  /** Who is to own the bot, `<adapter>:<user id>`; absent: whoever enters a pairing code is let in later. */
  readonly owner?: string | undefined
}

const heading = ' Written by `parley init`. config.example.yaml shows every key there is, and explains it.'

/** Does the file have a block for this adapter? */
export function hasAdapter(text: string, name: string): boolean {
  return parseDocument(text).hasIn(['adapters', name])
}

/** `text`: of a file that can be read as YAML, undefined: there is none. */
export function withAdapter(text: string | undefined, { name, block, owner }: Added): string {
  const document = parseDocument(text ?? '')
  if (text === undefined) document.commentBefore = heading
  // A code lets nobody in by itself: whoever runs the machine enters it.
  if (owner === undefined || !isMap(document.get('access'))) put(document, ['access', 'pairing'], 'code')
  if (owner !== undefined) addTo(document, 'owners', owner)
  put(document, ['adapters', name], document.createNode(grouped(block)))
  return document.toString({ lineWidth: 0 })
}

function addTo(document: Document, list: 'owners' | 'allow', who: string): void {
  const path = ['access', list]
  const before: unknown = document.getIn(path)
  if (!isCollection(before)) return put(document, path, document.createNode([who], { flow: true }))
  const known = before.items.some((item) => String(item) === who)
  if (!known) document.addIn(path, who)
}

/** What has nothing behind it counts as not written: an empty block is no map yet, and may hold comments. */
function put(document: Document, [section, key]: readonly string[], value: unknown): void {
  const before: unknown = document.get(section, true)
  if (!isMap(before)) {
    const block = document.createNode({})
    if (isNode(before)) block.commentBefore = before.commentBefore ?? before.comment ?? null
    document.set(section, block)
  }
  document.setIn([section, key], value)
}

function grouped(block: Added['block']): Record<string, unknown> {
  const document = new Document({})
  // Groups before what stands alone: that is how people write them.
  const entries = Object.entries(block).toSorted(
    ([a], [b]) => Number(b.includes('.')) - Number(a.includes('.')),
  )
  for (const [key, value] of entries) document.setIn(key.split('.'), value)
  return z.record(z.string(), z.unknown()).parse(document.toJS())
}

/** What a newcomer decided about the whole bot; absent: what the file says stays. */
export interface Choices {
  readonly sandbox?: 'none'
  readonly pairing?: 'code' | 'off'
  /** Who may talk from now on, besides those who may already. */
  readonly allow?: readonly string[]
}

export function withChoices(text: string, { sandbox, pairing, allow = [] }: Choices): string {
  const document = parseDocument(text)
  if (sandbox !== undefined) document.set('sandbox', sandbox)
  if (pairing !== undefined) put(document, ['access', 'pairing'], pairing)
  for (const who of allow) addTo(document, 'allow', who)
  return document.toString({ lineWidth: 0 })
}

/** What is wrong with one answer of a newcomer's; undefined: nothing. */
export async function problemWith(name: string, key: string, value: string): Promise<string | undefined> {
  const { schema } = await adapterSettings(name)
  const origin = { place: () => undefined, isVariable: () => true }
  const checked = check(schema, grouped({ [key]: value }), ['adapters', name], origin)
  if (checked.ok) return undefined
  const wrong = checked.problems.find((problem) => problem.key === `adapters.${name}.${key}`)
  return wrong?.what
}
