/** Card entities: streamed into, updated in the order of their sequence numbers, closed after a while. */
import { type CardJson, CardJson as CardShape, checkCard, elementsOf } from './card-json.ts'
import type { Delivery } from './courier.ts'
import { Refusal } from './endpoint.ts'

const streamMs = 10 * 60_000
export const cardMs = 14 * 24 * 60 * 60_000

export interface Card {
  readonly id: string
  json: CardJson
  readonly createdAt: number
  sequence: number
  /** When the streaming mode was last switched on; undefined: it is off. */
  streamingSince: number | undefined
  /** A card entity may be sent once. */
  sent: boolean
  /** All that its elements were streamed to, in order. */
  readonly streamed: string[]
  readonly uuids: Set<string>
  /** Of its buttons. */
  readonly presses: Set<Delivery>
}

/** Throws {@link Refusal} for a card that cannot be shown. `uploaded`: the keys of what was. */
export function cardIn(text: string, uploaded?: ReadonlyMap<string, unknown>): CardJson {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw new Refusal(230001, 'the card is no JSON')
  }
  const card = CardShape.safeParse(parsed)
  if (!card.success) {
    const [issue] = card.error.issues
    throw new Refusal(
      230099,
      `Failed to create card content, ext=ErrCode: 11246; ErrMsg: ${issue?.path.join('.')} ${issue?.message};`,
    )
  }
  checkCard(card.data)
  const keys = Array.from(JSON.stringify(card.data).matchAll(/img_[0-9a-z_]+/g), ([key]) => key)
  const missing = keys.find((key) => uploaded?.has(key) === false)
  if (missing !== undefined) {
    const why = `Failed to create card content, ext=ErrCode: 11246; ErrMsg: invalid image key ${missing};`
    throw new Refusal(230099, why)
  }
  return card.data
}

export function isStreaming(card: Card, now: number): boolean {
  return card.streamingSince !== undefined && now - card.streamingSince < streamMs
}

/** Throws {@link Refusal} unless this operation may come now. */
export function admit(card: Card, sequence: number, uuid: string | undefined): void {
  if (uuid !== undefined && card.uuids.has(uuid)) throw new Refusal(200770, 'UUID conflict')
  if (sequence <= card.sequence) throw new Refusal(300317, 'sequence number compare failed')
  card.sequence = sequence
  if (uuid !== undefined) card.uuids.add(uuid)
}

export function replace(card: Card, json: CardJson, now: number): void {
  checkCard(json)
  const streamed = json.config?.streaming_mode === true
  const since = isStreaming(card, now) ? card.streamingSince : now
  card.json = json
  card.streamingSince = streamed ? since : undefined
}

/** Throws {@link Refusal}. */
export function streamInto(card: Card, elementId: string, content: string, now: number): void {
  if (!isStreaming(card, now)) throw new Refusal(300309, 'streaming mode is closed')
  const json = structuredClone(card.json)
  const element = elementsOf(json).find((part) => 'element_id' in part && part.element_id === elementId)
  if (element?.tag !== 'markdown') throw new Refusal(300313, `no text has the element_id ${elementId}`)
  element.content = content
  checkCard(json)
  card.json = json
  card.streamed.push(content)
}
