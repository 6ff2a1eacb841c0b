/** The fake refuses what Feishu refuses: what the adapter never does must not pass unseen either. */
import { expect, test } from 'vitest'
import type { FakeLark } from '../../fakes/lark/lark.ts'
import { startLark } from '../../fakes/lark/start.ts'

interface Answer {
  readonly code: number
  readonly data?: { readonly message_id?: string; readonly card_id?: string }
}

async function call(lark: FakeLark, what: string, body: object = {}, query = ''): Promise<Answer> {
  const [method = '', path = ''] = what.split(' ')
  const response = await fetch(`${lark.url}/open-apis${path}${query}`, {
    method,
    headers: { authorization: `Bearer ${lark.newToken()}`, 'content-type': 'application/json' },
    ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
  })
  return JSON.parse(await response.text())
}

const toChat = '?receive_id_type=chat_id'
const text = (words: string) => ({ msg_type: 'text', content: JSON.stringify({ text: words }) })
const card = (more: object = {}) =>
  JSON.stringify({
    schema: '2.0',
    config: { streaming_mode: true },
    body: { elements: [{ tag: 'markdown', element_id: 'a', content: 'x' }] },
    ...more,
  })

const shows = (key: string) => ({ body: { elements: [{ tag: 'markdown', content: `![a](${key})` }] } })

test('fields that are not documented, unknown endpoints, other people and missing tokens are refused', async () => {
  const lark = await startLark()
  const receive_id = lark.tenant.group().id
  const send = (more: object) =>
    call(lark, 'POST /im/v1/messages', { receive_id, ...text('hi'), ...more }, toChat)
  expect(await send({})).toMatchObject({ code: 0 })
  expect(await send({ colour: 'red' })).toMatchObject({ code: 99992402 })
  const topic = { receive_id: 'omt_topic', ...text('hi') }
  expect(await call(lark, 'POST /im/v1/messages', topic, '?receive_id_type=thread_id')).toMatchObject({
    code: 99992402,
  })
  expect(await send({ uuid: 'x'.repeat(51) })).toMatchObject({ code: 99992402 })
  expect(await send({ receive_id: 'oc_other' })).toMatchObject({ code: 230002 })
  expect(await send({ content: '{"text":""}' })).toMatchObject({ code: 230001 })
  expect(await send(text('x'.repeat(151 * 1024)))).toMatchObject({ code: 230025 })
  expect(await call(lark, 'POST /im/v1/nothing')).toMatchObject({ code: 99991404 })
  expect(await call(lark, 'POST /im/v1/messages', {}, '?receive_id_type=email')).toMatchObject({
    code: 99992402,
  })
  expect(await send({ msg_type: 'interactive', content: card(shows('img_none')) })).toMatchObject({
    code: 230099,
  })
  const mixed = {
    zh_cn: {
      content: [
        [
          { tag: 'text', text: 'x' },
          { tag: 'md', text: 'y' },
        ],
      ],
    },
  }
  expect(await send({ msg_type: 'post', content: JSON.stringify(mixed) })).toMatchObject({ code: 230001 })
  const token = lark.newToken()
  lark.advance(2 * 60 * 60_000 + 1)
  const late = await fetch(`${lark.url}/open-apis/bot/v3/info`, {
    headers: { authorization: `Bearer ${token}` },
  })
  expect(await late.json()).toMatchObject({ code: 99991663 })
  const bare = await fetch(`${lark.url}/open-apis/bot/v3/info`)
  expect(await bare.json()).toMatchObject({ code: 99991661 })
})

test('a text is edited 20 times, a chat takes 5 messages a second, the same uuid sends once an hour', async () => {
  const lark = await startLark()
  const receive_id = lark.tenant.group().id
  const send = (more: object = {}) =>
    call(lark, 'POST /im/v1/messages', { receive_id, ...text('hi'), ...more }, toChat)
  const first = await send({ uuid: 'u1' })
  const id = first.data?.message_id ?? ''
  expect(await send({ uuid: 'u1' })).toEqual(first)
  lark.advance(61 * 60_000)
  expect((await send({ uuid: 'u1' })).data?.message_id).not.toBe(id)
  const codes: number[] = []
  for (let edit = 0; edit < 21; edit += 1) {
    codes.push((await call(lark, `PUT /im/v1/messages/${id}`, text(`${edit}`))).code)
  }
  expect(codes).toEqual([...Array(20).fill(0), 230072])
  lark.advance(2000)
  const sends = await Promise.all(Array.from({ length: 6 }, () => send()))
  expect(sends.map(({ code }) => code).toSorted((a, b) => a - b)).toEqual([0, 0, 0, 0, 0, 230020])
})

test('a card is changed in the order of its numbers, ten times a second, and streamed into for ten minutes', async () => {
  const lark = await startLark()
  const { data } = await call(lark, 'POST /cardkit/v1/cards', { type: 'card_json', data: card() })
  const fill = (sequence: number, element = 'a') =>
    call(lark, `PUT /cardkit/v1/cards/${data?.card_id}/elements/${element}/content`, {
      content: 'y',
      sequence,
    })
  expect(await fill(0)).toMatchObject({ code: 99992402 })
  expect(await fill(5)).toMatchObject({ code: 0 })
  expect(await fill(5)).toMatchObject({ code: 300317 })
  expect(await fill(6, 'b')).toMatchObject({ code: 300313 })
  const many = await Promise.all(Array.from({ length: 8 }, (_, index) => fill(10 + index)))
  expect(many.filter(({ code }) => code === 230020).length).toBeGreaterThan(0)
  lark.advance(11 * 60_000)
  expect(await fill(100)).toMatchObject({ code: 300309 })
  const settings = { settings: '{"config":{"streaming_mode":true}}', sequence: 101 }
  expect(await call(lark, `PATCH /cardkit/v1/cards/${data?.card_id}/settings`, settings)).toMatchObject({
    code: 0,
  })
  expect(await fill(102)).toMatchObject({ code: 0 })
  lark.advance(15 * 24 * 60 * 60_000)
  expect(await fill(103)).toMatchObject({ code: 200750 })
})

test.each([
  ['an element that is not documented', { body: { elements: [{ tag: 'marquee' }] } }],
  [
    'a field that is not documented',
    { body: { elements: [{ tag: 'markdown', content: 'x', blink: true }] } },
  ],
  ['more than 30 KB', { body: { elements: [{ tag: 'markdown', content: 'x'.repeat(31 * 1024) }] } }],
  [
    'an image that was not uploaded',
    { body: { elements: [{ tag: 'markdown', content: '![a](https://x)' }] } },
  ],
  [
    'four tables',
    { body: { elements: [{ tag: 'markdown', content: '| a |\n|---|\n| 1 |\n\n'.repeat(4) }] } },
  ],
  [
    'a table within something',
    {
      body: {
        elements: [
          {
            tag: 'collapsible_panel',
            header: { title: { tag: 'plain_text', content: 'x' } },
            elements: [
              { tag: 'table', columns: [{ name: 'a', display_name: 'a', data_type: 'text' }], rows: [] },
            ],
          },
        ],
      },
    },
  ],
  ['an input outside of a form', { body: { elements: [{ tag: 'input', name: 'a' }] } }],
  [
    'one id twice',
    {
      body: {
        elements: [
          { tag: 'markdown', element_id: 'a', content: 'x' },
          { tag: 'markdown', element_id: 'a', content: 'x' },
        ],
      },
    },
  ],
])('a card with %s is refused', async (_, more) => {
  const lark = await startLark()
  const body = { type: 'card_json', data: card(more) }
  expect(await call(lark, 'POST /cardkit/v1/cards', body)).toMatchObject({ code: 230099 })
})
