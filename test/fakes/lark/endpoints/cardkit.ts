/** Card entities. */
import { z } from 'zod'
import { admit, type Card, cardIn, cardMs, isStreaming, replace, streamInto } from '../cards.ts'
import { checkCard, Config, Element } from '../card-json.ts'
import { endpoint, json, Refusal } from '../endpoint.ts'
import type { FakeLark } from '../lark.ts'

const scope = 'cardkit:card:write'
const sequence = z.int().min(1).max(2_147_483_647)
const uuid = z.string().min(1).max(64).optional()
const order = { sequence, uuid }
const kind = z.literal('card_json')

const Settings = z.strictObject({ config: Config })
const Actions = z.array(
  z.discriminatedUnion('action', [
    z.strictObject({
      action: z.literal('add_elements'),
      params: z.strictObject({
        type: z.enum(['insert_before', 'insert_after', 'append']),
        target_element_id: z.string().optional(),
        elements: z.array(Element).min(1),
      }),
    }),
    z.strictObject({
      action: z.literal('delete_elements'),
      params: z.strictObject({ element_ids: z.array(z.string()).min(1) }),
    }),
    z.strictObject({
      action: z.literal('update_element'),
      params: z.strictObject({ element_id: z.string(), element: Element }),
    }),
  ]),
)
type Action = z.infer<typeof Actions>[number]

export const cardkit = [
  endpoint(
    'POST /cardkit/v1/cards',
    { scope, body: { type: kind, data: z.string().min(1) }, query: {} },
    ({ body }, lark) => {
      const json = cardIn(body.data, lark.tenant.files)
      const id = lark.tenant.newId('card')
      const streamingSince = json.config?.streaming_mode === true ? lark.now() : undefined
      const card: Card = {
        id,
        json,
        createdAt: lark.now(),
        sequence: 0,
        streamingSince,
        sent: false,
        streamed: [],
        uuids: new Set(),
        presses: new Set(),
      }
      lark.tenant.cards.set(id, card)
      return { data: { card_id: id } }
    },
  ),
  endpoint(
    'POST /cardkit/v1/cards/id_convert',
    { scope, body: { message_id: z.string() }, query: {} },
    ({ body }, lark) => {
      const message = lark.tenant.find(body.message_id)
      if (message?.card === undefined || message.deleted)
        throw new Refusal(300303, 'the message holds no card entity')
      return { data: { card_id: message.card.id } }
    },
  ),
  endpoint(
    'PUT /cardkit/v1/cards/:id',
    { scope, body: { card: z.strictObject({ type: kind, data: z.string().min(1) }), ...order }, query: {} },
    ({ path, body }, lark) => {
      const card = held(lark, path.id)
      const json = cardIn(body.card.data, lark.tenant.files)
      admit(card, body.sequence, body.uuid)
      replace(card, json, lark.now())
      return { data: {} }
    },
  ),
  endpoint(
    'PATCH /cardkit/v1/cards/:id/settings',
    { scope, body: { settings: json(Settings), ...order }, query: {} },
    ({ path, body }, lark) => {
      const card = held(lark, path.id)
      admit(card, body.sequence, body.uuid)
      const { config } = body.settings
      card.json = { ...card.json, config: { ...card.json.config, ...config } }
      if (config.streaming_mode === false) card.streamingSince = undefined
      if (config.streaming_mode === true) card.streamingSince = lark.now()
      return { data: {} }
    },
  ),
  endpoint(
    'POST /cardkit/v1/cards/:id/batch_update',
    { scope, body: { actions: json(Actions), ...order }, query: {} },
    ({ path, body }, lark) => {
      const card = held(lark, path.id)
      const elements = body.actions.reduce(changed, card.json.body.elements)
      const after = { ...card.json, body: { elements } }
      checkCard(after)
      admit(card, body.sequence, body.uuid)
      card.json = after
      return { data: {} }
    },
  ),
  endpoint(
    'PUT /cardkit/v1/cards/:id/elements/:element/content',
    { scope, body: { content: z.string().min(1).max(100_000), ...order }, query: {} },
    ({ path, body }, lark) => {
      const card = held(lark, path.id)
      if (!isStreaming(card, lark.now())) throw new Refusal(300309, 'streaming mode is closed')
      admit(card, body.sequence, body.uuid)
      streamInto(card, path.element ?? '', body.content, lark.now())
      return { data: {} }
    },
  ),
]

function held(lark: FakeLark, id: string | undefined): Card {
  const card = lark.tenant.cards.get(id ?? '')
  if (card === undefined) throw new Refusal(200740, 'The card entity does not exist')
  if (lark.now() - card.createdAt > cardMs) throw new Refusal(200750, 'The card entity has expired')
  if ([...card.presses].some(({ acked }) => !acked))
    throw new Refusal(200810, 'The card is in an ongoing interaction and cannot be updated')
  lark.rates.count(`card ${card.id}`, 10, 1000, 230020)
  return card
}

/** Throws {@link Refusal} where the element that is named is not there. Elements within others are not looked for. */
function changed(elements: readonly Element[], { action, params }: Action): Element[] {
  const at = (id: string | undefined): number => {
    const index = elements.findIndex((element) => element.element_id === id)
    if (index === -1) throw new Refusal(300313, `no element is called ${id}`)
    return index
  }
  if (action === 'delete_elements') {
    const gone = new Set(params.element_ids.map(at))
    return elements.filter((_, index) => !gone.has(index))
  }
  if (action === 'update_element') return elements.with(at(params.element_id), params.element)
  if (params.type === 'append') return [...elements, ...params.elements]
  const index = at(params.target_element_id) + (params.type === 'insert_after' ? 1 : 0)
  return elements.toSpliced(index, 0, ...params.elements)
}
