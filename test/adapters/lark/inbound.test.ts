/** What Feishu sends, told apart: each kind of message in the words of the wire. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { contentOf } from '../../../adapters/lark/content.ts'
import { Received } from '../../../adapters/lark/events.ts'
import { received } from '../../../adapters/lark/inbound.ts'

const self = { openId: 'ou_bot', appId: 'cli_0123456789abcdef', name: 'Parley', locale: 'zh-CN' }
const named = { key: '@_user_1', id: { open_id: 'ou_bot' }, name: 'Parley' }

function event(message: object = {}, sender: object = {}): Received {
  return Received.parse({
    sender: { sender_id: { open_id: 'ou_ann' }, sender_type: 'user', ...sender },
    message: {
      message_id: 'om_1',
      create_time: '1700000000123',
      chat_id: 'oc_1',
      chat_type: 'p2p',
      message_type: 'text',
      content: '{"text":"hello"}',
      ...message,
    },
  })
}

const said = (message: object) => received(event(message), 't1', self)?.text

test('a chat of two goes by the person, a group by its id, a topic by its own', () => {
  expect(received(event(), 't1', self)).toEqual({
    kind: 'message',
    id: 'om_1',
    at: 1_700_000_000_123,
    from: { id: 'ou_ann', locale: 'zh-CN', untold: true },
    address: { adapter: 'lark', tenant: 't1', channel: 'ou_ann' },
    direct: true,
    text: 'hello',
  })
  const group = {
    chat_type: 'group',
    thread_id: 'omt_1',
    mentions: [named],
    content: '{"text":"@_user_1 hi"}',
  }
  expect(received(event(group), 't1', self)).toMatchObject({
    address: { channel: 'oc_1', thread: 'omt_1' },
    direct: false,
    text: 'hi',
  })
})

test('whoever writes brings the ids that access lists may name them by, each told apart', () => {
  const ids = { open_id: 'ou_ann', union_id: 'on_ann', user_id: 'ou_bob' }
  const from = received(event({}, { sender_id: ids, tenant_key: 't2' }), 't1', self)?.from
  // A user_id is whatever a company made it: it never reads like another kind of id.
  expect(from).toMatchObject({ id: 'ou_ann', groups: ['tenant:t2', 'union:on_ann', 'user:ou_bob'] })
  expect(received(event({}, { sender_id: { ...ids, user_id: null } }), 't1', self)?.from.groups).toEqual([
    'union:on_ann',
  ])
})

test('in groups it hears what names it, and nothing else; never itself; of bots it says that they are', () => {
  const other = { key: '@_user_1', id: { open_id: 'ou_bob' }, name: 'Bob' }
  expect(received(event({ chat_type: 'group' }), 't1', self)).toBeNull()
  expect(received(event({ chat_type: 'group', mentions: [other] }), 't1', self)).toBeNull()
  expect(received(event({ chat_type: 'group', content: '{"text":"@_all"}' }), 't1', self)).toBeNull()
  expect(received(event({}, { sender_id: { open_id: 'ou_bot' } }), 't1', self)).toBeNull()
  expect(received(event({}, { sender_id: null }), 't1', self)).toBeNull()
  expect(received(event({}, { sender_type: 'app' }), 't1', self)?.from).toEqual({ id: 'ou_ann', bot: true })
})

test('mentions are names, that of the bot in front goes', () => {
  const bob = { key: '@_user_10', id: { open_id: 'ou_bob' }, name: 'Bob' }
  const mentions = [named, bob]
  const text = (words: string) => said({ mentions, content: JSON.stringify({ text: words }) })
  expect(text('@_user_1 hi @_user_10 and @_user_1')).toBe('hi @Bob and @Parley')
  expect(text('@_user_10 hi')).toBe('@Bob hi')
  expect(text('@_user_1,你好')).toBe('你好')
  expect(text('@_user_1')).toBe('@Parley')
  expect(text('@_all look')).toBe('@all look')
})

test.each([
  ['text', { text: 'a <b> & 日本' }, 'a <b> & 日本'],
  [
    'post',
    {
      title: 'T',
      content: [
        [
          { tag: 'text', text: 'see ' },
          { tag: 'a', text: 'here', href: 'https://x' },
          { tag: 'at', user_id: '@_user_3' },
        ],
        [{ tag: 'code_block', language: 'GO', text: 'a()\n' }],
      ],
    },
    '# T\n\nsee here (https://x)@_user_3\n\n```go\na()\n```',
  ],
  ['sticker', { file_key: 'f' }, '[sticker]'],
  ['share_chat', { chat_id: 'oc_2' }, '[chat oc_2]'],
  ['share_user', { user_id: 'ou_2' }, '[person ou_2]'],
  ['location', { name: 'Home', longitude: '1', latitude: '2' }, '[place Home 2,1]'],
  ['merge_forward', 'Merged and Forwarded Message', '[forwarded messages]'],
  [
    'todo',
    { task_id: 't', summary: { title: 'Tidy', content: [[{ tag: 'text', text: 'up' }]] } },
    '[todo] Tidy up',
  ],
  ['vote', { topic: 'Lunch?', options: ['yes', 'no'] }, '[vote] Lunch?'],
  ['video_chat', { topic: 'Weekly', start_time: '1' }, '[video_chat] Weekly'],
  ['interactive', { title: 'T', elements: [[{ tag: 'text', text: 'one' }]] }, 'T\none'],
  ['hongbao', {}, '[hongbao]'],
  ['toString', {}, '[toString]'],
  ['text', { words: 1 }, '[text]'],
  ['<at id=all>', {}, '[at idall]'],
])('%s', (type, content, text) => {
  expect(contentOf(type, JSON.stringify(content), 'om_1').text).toBe(text)
})

test.each([
  ['image', { image_key: 'img_1' }, { id: 'image:om_1:img_1', name: 'image.png' }],
  ['file', { file_key: 'file_1', file_name: '../a.txt' }, { id: 'file:om_1:file_1', name: '../a.txt' }],
  ['audio', { file_key: 'file_1', duration: 1000 }, { id: 'file:om_1:file_1', name: 'audio.opus' }],
  [
    'media',
    { file_key: 'file_1', image_key: 'img_1', file_name: 'a.mp4' },
    { id: 'file:om_1:file_1', name: 'a.mp4' },
  ],
  [
    'post',
    { content: [[{ tag: 'img', image_key: 'img_2' }]] },
    { id: 'image:om_1:img_2', name: 'image.png' },
  ],
])('%s as a file', (type, content, file) => {
  expect(contentOf(type, JSON.stringify(content), 'om_1').attachments).toEqual([file])
})

test('whatever comes, it is something', () => {
  fc.assert(
    fc.property(fc.string(), fc.oneof(fc.json(), fc.string()), (type, json) => {
      expect(contentOf(type, json, 'om_1')).toMatchObject({ text: expect.any(String) })
    }),
  )
  expect(contentOf('file', '{"file_key":"../../secret"}', 'om_1')).toEqual({
    text: '[file]',
    attachments: [],
  })
})
