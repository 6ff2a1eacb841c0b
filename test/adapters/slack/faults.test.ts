/** What Slack refuses, and what the core is told of it. */
import { expect, test } from 'vitest'
import { AdapterError } from '../../../src/contract.ts'
import type { Misfortune } from '../../fakes/slack/faults.ts'
import { RecordingBot, textReply } from '../conformance/rig.ts'
import { openSlack, type SlackRig } from './rig.ts'

async function started(): Promise<SlackRig> {
  const rig = await openSlack()
  await rig.adapter.start(new RecordingBot(), new AbortController().signal)
  return rig
}

function failureOf({ adapter, address }: SlackRig): Promise<unknown> {
  return adapter.send(address, textReply('hi')).then(
    () => 'sent',
    (error: unknown) => error,
  )
}

const cases: readonly [Misfortune, Partial<AdapterError>, RegExp][] = [
  [{ kind: 'error', error: 'token_expired' }, { code: 'auth', uncertain: false }, /renew the token/],
  [{ kind: 'error', error: 'channel_not_found' }, { code: 'gone', uncertain: false }, /channel_not_found/],
  [{ kind: 'error', error: 'not_in_channel' }, { code: 'forbidden' }, /invite the bot/],
  [
    { kind: 'error', error: 'missing_scope', more: { needed: 'chat:write' } },
    { code: 'forbidden' },
    /needs the scope chat:write/,
  ],
  [{ kind: 'error', error: 'msg_too_long' }, { code: 'rejected' }, /msg_too_long/],
  [{ kind: 'error', error: 'fatal_error' }, { code: 'network', uncertain: true }, /fatal_error/],
  [{ kind: 'error', error: 'something_new' }, { code: 'unknown' }, /something_new/],
  [{ kind: 'throttled', seconds: 7 }, { code: 'throttled', retryAfter: 7000 }, /no faster/],
  [{ kind: 'status', status: 502 }, { code: 'network', uncertain: true }, /HTTP 502/],
  [{ kind: 'status', status: 404 }, { code: 'unknown', uncertain: false }, /HTTP 404/],
  [{ kind: 'cut' }, { code: 'network', uncertain: true }, /cannot be reached/],
]

test.each(cases)('%o', async (misfortune, expected, message) => {
  const rig = await started()
  rig.slack.faults.plan('chat.postMessage', misfortune)
  const failure = await failureOf(rig)
  expect(failure).toBeInstanceOf(AdapterError)
  expect(failure).toMatchObject({ ...expected, message: expect.stringMatching(message) })
  // Nothing is tried again by the adapter itself.
  expect(rig.slack.calls.filter(({ method }) => method === 'chat.postMessage')).toHaveLength(1)
})

test('where nobody listens nothing was sent, for sure', async () => {
  const rig = await started()
  await rig.slack.close()
  // The first may still find a connection that is about to be closed.
  await failureOf(rig)
  expect(await failureOf(rig)).toMatchObject({ code: 'network', uncertain: false })
})

test('a file that the token may not read, or that lies elsewhere, is not taken for its content', async () => {
  const { slack, adapter, address } = await started()
  const { id } = slack.keep(slack.team, { id: 'F1', name: 'a.txt', content: Buffer.from('text') })
  const download = async (): Promise<string> => {
    const stream = await adapter.download?.({ id, name: 'a.txt' }, address, AbortSignal.timeout(5000))
    return new Response(stream).text()
  }
  expect(await download()).toBe('text')
  slack.tokens.get(slack.botToken)?.lacks.add('files:read')
  await expect(download()).rejects.toMatchObject({
    code: 'forbidden',
    message: expect.stringMatching(/files:read/),
  })
})

test.each([
  ['a wrong bot token', (slack: SlackRig['slack']) => slack.tokens.delete(slack.botToken)],
  ['a wrong app token', (slack: SlackRig['slack']) => slack.tokens.delete(slack.appToken)],
  [
    'an app token without its scope',
    (slack: SlackRig['slack']) => slack.tokens.get(slack.appToken)?.lacks.add('connections:write'),
  ],
])('%s ends the start, with advice', async (_name, spoil) => {
  const { slack, adapter } = await openSlack()
  spoil(slack)
  const starting = adapter.start(new RecordingBot(), new AbortController().signal)
  await expect(starting).rejects.toThrow(/renew the token|needs the scope connections:write/)
})
