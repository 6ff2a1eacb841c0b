/** What Slack sends, told apart: each kind of event in the words of the wire. */
import { expect, test } from 'vitest'
import { EventCallback, SlackEvent } from '../../../adapters/slack/events.ts'
import { type Arrived, arrivedIn } from '../../../adapters/slack/inbound.ts'

const self = {
  user: 'UBOT',
  bot: 'BBOT',
  name: 'parley',
  team: 'T2',
  enterprise: undefined,
  whole: false,
  threads: false,
}
const ts = '1700000000.000100'

function arrived(event: object): Arrived | null {
  const callback = { type: 'event_callback', team_id: 'T1', authorizations: [{ team_id: 'T2' }], event }
  const parsed = SlackEvent.safeParse(event)
  return parsed.success ? arrivedIn(EventCallback.parse(callback), parsed.data, self) : null
}

function message(more: object = {}): object {
  return { type: 'message', channel: 'C1', user: 'UANN', text: 'hi', ts, event_ts: ts, ...more }
}

const direct = { channel: 'D1', channel_type: 'im' }
const inThread = { thread_ts: '1699999999.000000' }

test('a direct message: its words, its writer, the workspace that it is delivered for', () => {
  expect(arrived(message(direct))).toEqual({
    inbound: {
      kind: 'message',
      id: `D1:${ts}`,
      at: 1_700_000_000_000,
      from: { id: 'UANN' },
      text: 'hi',
      address: { adapter: 'slack', tenant: 'T2', channel: 'D1' },
      direct: true,
    },
  })
})

test('a mention is the same message whether it comes as one or as the other, and begins a thread', () => {
  const text = '<@UBOT> what is &lt;b&gt;?'
  const asMessage = arrived(message({ text }))
  expect(arrived({ ...message({ text }), type: 'app_mention' })).toEqual(asMessage)
  expect(asMessage?.inbound).toMatchObject({ text: 'what is <b>?', address: { thread: ts }, direct: false })
})

test.each([
  ['in a thread, where the bot may be', inThread, { ifIn: { channel: 'C1', thread: inThread.thread_ts } }],
  ['in a thread that the bot began', { ...inThread, parent_user_id: 'UBOT' }, { inbound: { text: 'hi' } }],
  ['in a thread, shown in the channel too', { ...inThread, subtype: 'thread_broadcast' }, { ifIn: {} }],
  ['a message with nothing but a mention', { text: '<@UBOT>' }, { inbound: { text: '@parley' } }],
  ['a mention in the middle', { text: 'ask <@UBOT|bot> this' }, { inbound: { text: 'ask @parley this' } }],
  ['an action', { ...direct, subtype: 'me_message' }, { inbound: { text: 'hi' } }],
  [
    'files without words',
    {
      ...direct,
      subtype: 'file_share',
      text: '',
      files: [{ id: 'F1', name: 'a.png', mimetype: 'image/png', size: 3 }],
    },
    { inbound: { text: '', attachments: [{ id: 'F1', name: 'a.png', mime: 'image/png', bytes: 3 }] } },
  ],
  [
    'a file of which little is known',
    { ...direct, files: [{ id: 'F1', name: null }] },
    { inbound: { attachments: [{ id: 'F1', name: 'F1' }] } },
  ],
  [
    'another bot that names this one',
    { text: '<@UBOT> hi', bot_id: 'BOTHER' },
    { inbound: { from: { id: 'UANN', bot: true } } },
  ],
])('%s', (_name, more, expected) => {
  expect(arrived(message(more))).toMatchObject(expected)
})

test.each([
  ['other talk in a channel', {}],
  ['people who talk to each other in a thread', { ...inThread, text: '<@UBOB> what do you think?' }],
  ['the bot itself', { ...direct, user: 'UBOT', bot_id: 'BBOT' }],
  ['the bot itself, by its user alone', { ...direct, user: 'UBOT' }],
  ['another bot in a thread', { ...inThread, bot_id: 'BOTHER' }],
  ['Slackbot', { ...direct, user: 'USLACKBOT' }],
  ['somebody joins', { text: '<@UBOT> has joined the channel', subtype: 'channel_join' }],
  ['a new topic', { text: '<@UBOT>', subtype: 'channel_topic' }],
  ['a subtype that nobody knows yet', { ...direct, subtype: 'something_new' }],
  ['nobody wrote it', { ...direct, user: undefined }],
  ['no message', { type: 'reaction_added' }],
  ['no time', { ...direct, ts: 'soon' }],
])('%s is nothing for the bot', (_name, more) => {
  expect(arrived(message(more))).toBeNull()
})

const edited = { edited: { user: 'UANN', ts: '1700000050.000000' } }
const before = { ts, user: 'UANN', text: 'hi' }

function change(now: object, was: object | undefined = before, place: object = direct): Arrived | null {
  const event = {
    type: 'message',
    subtype: 'message_changed',
    channel: 'D1',
    ...place,
    hidden: true,
    ts: '1700000051.000000',
  }
  return arrived({ ...event, message: { ...before, ...now }, previous_message: was })
}

test('an edit is told with the whole new text, and named alike however often it comes', () => {
  expect(change({ ...edited, text: 'hello' })?.inbound).toMatchObject({
    kind: 'edit',
    id: `D1:${ts}:1700000050.000000`,
    of: `D1:${ts}`,
    text: 'hello',
    address: { channel: 'D1' },
  })
})

test('a preview of a link is no edit, of an edited message neither', () => {
  expect(change({ attachments: [{}] })).toBeNull()
  expect(change({ ...edited, attachments: [{}] })).toBeNull()
  expect(change({ ...edited, text: 'hello', bot_id: 'BBOT' })).toBeNull()
})

test('an edit in a channel is for the bot if the message was, or is now', () => {
  const town = { channel: 'C1' }
  expect(change({ ...edited, text: 'b' }, before, town)).toBeNull()
  expect(change({ ...edited, text: 'b' }, { ...before, text: '<@UBOT> a' }, town)?.inbound).toMatchObject({
    kind: 'edit',
    text: 'b',
  })
  expect(change({ ...edited, text: '<@UBOT> b' }, before, town)?.inbound).toMatchObject({
    text: 'b',
    address: { thread: ts },
  })
})

test('a deletion, also of the first message of a thread', () => {
  const gone = { kind: 'deletion', id: `D1:${ts}:deleted`, of: `D1:${ts}`, from: { id: 'UANN' } }
  const event = {
    type: 'message',
    subtype: 'message_deleted',
    ...direct,
    deleted_ts: ts,
    ts: '1700000051.000000',
  }
  expect(arrived({ ...event, previous_message: before })?.inbound).toMatchObject(gone)
  expect(arrived(event)).toBeNull()
  expect(arrived({ ...event, previous_message: { ...before, bot_id: 'BBOT' } })).toBeNull()
  expect(
    change({ subtype: 'tombstone', user: 'USLACKBOT', text: 'This message was deleted.' })?.inbound,
  ).toMatchObject(gone)
})

test('each direct message may have a thread of its own; what is written in one stays in it', () => {
  const own = { ...self, threads: true }
  const placed = (more: object): unknown => {
    const event = SlackEvent.parse(message({ channel: 'D1', ...more }))
    const callback = EventCallback.parse({ type: 'event_callback', team_id: 'T1', event })
    return arrivedIn(callback, event, own)?.inbound
  }
  expect(placed({})).toMatchObject({ direct: true, address: { channel: 'D1', thread: ts } })
  expect(placed({ thread_ts: '1690000000.000100' })).toMatchObject({
    address: { thread: '1690000000.000100' },
  })
})

test.each([
  ['one of ours', 'T2', {}, { id: 'UANN' }],
  ['somebody of another company', 'T9', {}, { id: 'T9/UANN', tenant: 'T9' }],
  ['a colleague in another workspace of the organisation', 'T3', { enterprise_id: 'E1' }, { id: 'UANN' }],
  [
    'somebody of another company, where an organisation shares the channel',
    'E9',
    { enterprise_id: 'E1', is_ext_shared_channel: true },
    { id: 'E9/UANN', tenant: 'E9' },
  ],
])('who writes in a channel that is shared: %s', (_name, home, around, from) => {
  const event = { ...message({ text: '<@UBOT> hi' }), user_team: home, source_team: home }
  const authorizations = [{ team_id: 'T2' }]
  const callback = EventCallback.parse({
    type: 'event_callback',
    team_id: 'T9',
    authorizations,
    event,
    ...around,
  })
  expect(arrivedIn(callback, SlackEvent.parse(event), self)?.inbound.from).toEqual(from)
})
