/** Events over HTTP, from a Slack that signs them. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished, expect, test, vi } from 'vitest'
import { SlackHttp } from '../../../adapters/slack/http.ts'
import type { Take } from '../../../adapters/slack/intake.ts'
import { Delivery } from '../../fakes/slack/courier.ts'
import { HttpEvents } from '../../fakes/slack/http-events.ts'

const log = { debug() {}, info() {}, warn() {}, error() {} }

async function open(take: Take): Promise<{ http: SlackHttp; events: HttpEvents; url: string }> {
  const http = new SlackHttp({ host: '127.0.0.1', port: 0, events: { signingSecret: 'secret', take }, log })
  await http.start()
  const url = `http://127.0.0.1:${http.port}/slack/events`
  const events = new HttpEvents({ url, signingSecret: 'secret' })
  onTestFinished(async () => {
    await events.close()
    await http.stop()
  })
  return { http, events, url }
}

test('an event is acknowledged after it was taken; one that could not be kept comes again', async () => {
  const taken: unknown[] = []
  let broken = true
  const { events } = await open(async (body) => {
    if (broken) {
      broken = false
      throw new Error('the disk is full')
    }
    taken.push(body)
    return undefined
  })
  const delivery = new Delivery('events_api', { type: 'event_callback', text: 'ü' })
  events.deliver(delivery)
  await delivery.answer
  expect(delivery.attempts).toBe(2)
  expect(taken).toEqual([{ type: 'event_callback', text: 'ü' }])
})

test('what is pressed comes in a form, and is answered with what is to happen', async () => {
  const { events } = await open(async () => ({ response_action: 'errors', errors: {} }))
  const delivery = new Delivery('interactive', { type: 'view_submission' })
  events.deliver(delivery)
  expect(await delivery.answer).toEqual({ response_action: 'errors', errors: {} })
})

test("Slack's first question is answered", async () => {
  const { events } = await open(async () => undefined)
  const answer = await events.request('{"type":"url_verification","challenge":"abc"}', 'application/json')
  expect(answer).toEqual({ status: 200, text: '{"challenge":"abc"}' })
})

test('what Slack did not sign, or not lately, is refused and not looked at', async () => {
  const take = vi.fn<Take>(async () => undefined)
  const { events, url } = await open(take)
  const now = Math.floor(Date.now() / 1000)
  const json = 'application/json'
  const unsigned = await fetch(url, { method: 'POST', body: '{}' })
  expect(unsigned.status).toBe(401)
  const forged = await fetch(url, {
    method: 'POST',
    headers: { 'x-slack-request-timestamp': String(now), 'x-slack-signature': 'v0=ü' },
    body: '{}',
  }).catch(() => ({ status: 401 }))
  expect(forged.status).toBe(401)
  for (const how of [{ secret: 'other' }, { seconds: now - 400 }, { seconds: now + 400 }]) {
    expect(await events.request('{}', json, {}, how)).toMatchObject({ status: 401 })
  }
  const nan = await events.request('{}', json, { 'x-slack-request-timestamp': 'NaN' })
  expect(nan.status).toBe(401)
  expect(take).not.toHaveBeenCalled()
})

test('what is no event is refused by its name', async () => {
  const { events, url } = await open(async () => undefined)
  expect(await events.request('not json', 'application/json')).toMatchObject({ status: 400 })
  expect(await events.request('a=b', 'application/x-www-form-urlencoded')).toMatchObject({ status: 400 })
  expect(await events.request('x'.repeat(5 * 1024 * 1024), 'application/json')).toMatchObject({ status: 413 })
  expect((await fetch(url)).status).toBe(405)
  expect((await fetch(url.replace('/events', '/other'))).status).toBe(404)
  const odd = connect(Number(new URL(url).port), '127.0.0.1')
  odd.end('GET // HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
  expect(await text(odd)).toMatch(/^HTTP\/1\.1 400/)
})

test('whoever begins a request and does not end it holds up nothing', async () => {
  const { http } = await open(async () => undefined)
  const slow = connect(http.port, '127.0.0.1')
  slow.on('error', () => undefined)
  slow.write(
    'POST /slack/events HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 100\r\n\r\nabc',
  )
  // Its head has arrived.
  await once(slow, 'data')
  const began = performance.now()
  await http.stop()
  expect(performance.now() - began).toBeLessThan(1000)
})

test('a port that is taken is said so', async () => {
  const { http } = await open(async () => undefined)
  const second = new SlackHttp({
    host: '127.0.0.1',
    port: http.port,
    events: { signingSecret: 's', take: async () => undefined },
    log,
  })
  await expect(second.start()).rejects.toThrow(/cannot be taken at 127\.0\.0\.1:\d+: .*EADDRINUSE/)
})
