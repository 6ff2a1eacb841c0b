/** One trace for each message, from its arrival to the reply that stands, as a collector sees it. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { start } from '../rig/bot.ts'
import { type CollectedSpan, startCollector } from '../rig/collector.ts'
import { testDir } from '../rig/dir.ts'
import { startHttpProgram, startHttpRig } from '../rig/http.ts'
import { describeWith } from '../rig/needs.ts'
import { freePort } from '../rig/port.ts'
import { quickClaude } from '../rig/quick-cli.ts'
import { startRedis } from '../rig/redis.ts'
import { startSlackRig } from '../rig/slack.ts'

const key = 'collector-key-0123456789'

test('a message through Slack is one trace: received, on disk, waited, answered with tools, delivered at the second try', async () => {
  const collector = await startCollector()
  const telemetry = { traces: collector.url, headers: { 'x-collector': key } }
  const { slack, bot } = await startSlackRig({ telemetry, claude: { permissionMode: 'acceptEdits' } })
  const direct = slack.people.direct('UANN')
  // What shows the turn as it runs gives up after three.
  for (let n = 0; n < 4; n++) slack.faults.plan('chat.update', { kind: 'status', status: 503 })
  slack.people.say('UANN', 'The word is heron.\n!write egret.txt secret-content\n!say It is written.')
  await slack.see(direct, /It is written\.$/)
  await bot.stop()

  const [root, ...others] = inOrder(collector.spans)
  expect(root).toMatchObject({ name: 'receive', attributes: { 'parley.adapter': 'slack' } })
  expect(new Set(others.map(({ traceId }) => traceId))).toEqual(new Set([root?.traceId]))
  expect(namesOf(collector.spans)).toEqual([
    'receive',
    '- accept',
    '- turn',
    '- - deliver',
    '- - start claude',
    '- - tool',
    '- wait',
  ])
  const turn = named(collector.spans, 'turn')
  expect(turn.attributes).toMatchObject({
    'parley.outcome': 'answered',
    'parley.conversation': expect.stringContaining('slack'),
    'gen_ai.usage.output_tokens': expect.any(Number),
    'gen_ai.request.model': expect.any(String),
    'parley.cost_usd': expect.any(Number),
  })
  expect(turn.events.map(({ name }) => name)).toEqual(expect.arrayContaining(['started', 'first text']))
  expect(named(collector.spans, 'tool').attributes).toEqual({ 'gen_ai.tool.name': 'Write' })
  const delivery = named(collector.spans, 'deliver')
  expect(delivery.events).toContainEqual({ name: 'retry', attributes: { code: 'network' } })
  expect(delivery.attributes).toMatchObject({ 'parley.state': 'sent', 'parley.kind': 'text' })
  for (const { startTimeUnixNano, endTimeUnixNano } of collector.spans)
    expect(endTimeUnixNano).toBeGreaterThanOrEqual(startTimeUnixNano)

  expect(collector.got[0]?.headers['x-collector']).toBe(key)
  const all = collector.got.map(({ body }) => body).join('\n')
  for (const word of [
    'heron',
    'egret',
    'secret-content',
    'It is written',
    key,
    slack.botToken,
    slack.appToken,
  ])
    expect(all).not.toContain(word)
}, 60_000)

test('kill -9 in mid-turn: the turn after the restart goes on in the trace of the caller', async () => {
  const collector = await startCollector()
  const { ann, run } = await startHttpProgram({
    claude: quickClaude,
    telemetry: { traces: collector.url },
  })
  const first = await run()
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const caller = `00-${traceId}-b7ad6b7169203331-01`
  const session = await ann.session()
  const path = `/api/v1/sessions/${session}/messages`
  await ann.post(
    path,
    { text: '!slow 3 30\n!say The end.', id: 'm' },
    { traceparent: caller, prefer: 'respond-async' },
  )
  await collector.until(({ name }) => name === 'wait')
  await first.kill()
  const second = await run()
  const answered = await ann.post(path, { text: '!slow 3 30\n!say The end.', id: 'm' })
  expect(answered.body).toMatchObject({ state: 'answered' })
  await second.end()

  const ours = collector.spans.filter((span) => span.traceId === traceId)
  expect(collector.spans).toEqual(ours)
  expect(named(ours, 'receive').parentSpanId).toBe('b7ad6b7169203331')
  // The first turn died with its process.
  expect(ours.filter(({ name }) => name === 'turn')).toMatchObject([
    { attributes: { 'parley.attempt': 2, 'parley.died': 1, 'parley.outcome': 'answered' } },
  ])
  expect(named(ours, 'deliver').parentSpanId).toBe(named(ours, 'turn').spanId)
}, 60_000)

test('a collector that is not there costs one line in the log; what a caller leaves out is left out', async () => {
  const nowhere = `http://127.0.0.1:${await freePort()}/v1/traces`
  const { ann, bot, dir } = await startHttpRig({ claude: quickClaude, telemetry: { traces: nowhere } })
  for (const prompt of ['!say One.', '!say Two.'])
    expect((await ann.post('/api/claude', { prompt })).body).toMatchObject({ success: true })
  const log = async (): Promise<string[]> =>
    (await readFile(join(dir, 'parley.log'), 'utf8')).split('\n').filter((line) => line.includes('traces'))
  await expect.poll(log, { timeout: 20_000 }).toHaveLength(1)
  const before = performance.now()
  expect((await ann.post('/api/claude', { prompt: '!say Three.' })).body).toMatchObject({ success: true })
  await bot.stop()
  expect(performance.now() - before).toBeLessThan(8_000)
  expect(await log()).toHaveLength(1)

  const collector = await startCollector()
  const telemetry = { traces: collector.url, sample: 0 }
  const rig = await startHttpRig({ claude: quickClaude, telemetry })
  const one = { prompt: '!say One.' }
  await rig.ann.post('/api/claude', one)
  await rig.ann.post('/api/claude', one, {
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  })
  await rig.bot.stop()
  expect(new Set(collector.spans.map(({ traceId }) => traceId))).toEqual(
    new Set(['4bf92f3577b34da6a3ce929d0e0e4736']),
  )
}, 60_000)

test('without traces nothing of OpenTelemetry is loaded', async () => {
  const main = new URL('../../src/index.ts', import.meta.url).href
  const dataDir = await testDir('untraced-')
  const program = `import { registerHooks } from 'node:module'
    registerHooks({ load(url, context, next) {
      if (url.includes('@opentelemetry') || url.includes('/telemetry/otlp')) console.log(url)
      return next(url, context)
    } })
    const { createBot } = await import('${main}')
    for (const telemetry of [{}, { traces: 'http://127.0.0.1:9/' }]) {
      const bot = await createBot({ dataDir: '${dataDir}', sandbox: 'none', telemetry, log: { level: 'silent' } })
      await bot.stop()
      console.log('stopped')
    }`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program])
  const [untraced, traced] = stdout.split('stopped')
  expect(untraced?.trim()).toBe('')
  expect(traced).toContain('@opentelemetry/sdk-trace')
}, 60_000)

describeWith('redis-server', 'on one Redis', () => {
  test('what a gateway receives and delivers, and a worker answers, is one trace', async () => {
    const collector = await startCollector()
    const { url } = await startRedis()
    const shared = { queue: { url }, store: { url }, telemetry: { traces: collector.url } }
    const { slack, bot, config } = await startSlackRig({ ...shared, roles: ['gateway'] })
    const worker = await start({
      ...config,
      dataDir: await testDir('worker-'),
      claude: { ...config.claude, ...quickClaude },
      roles: ['worker'],
    })
    onTestFinished(() => worker.stop())
    slack.people.say('UANN', '!say Hello.')
    await slack.see(slack.people.direct('UANN'), /^Hello\.$/)
    await bot.idle()
    await worker.stop()
    await bot.stop()
    expect(namesOf(collector.spans)).toEqual([
      'receive',
      '- accept',
      '- turn',
      '- - deliver',
      '- - start claude',
      '- wait',
    ])
  })
})

/** The root first. */
function inOrder(spans: readonly CollectedSpan[]): CollectedSpan[] {
  return spans.toSorted((one) => (one.parentSpanId === undefined ? -1 : 1))
}

/** A name for each span, with dashes for how deep it stands, sorted at each level. */
function namesOf(spans: readonly CollectedSpan[], under?: string, indent = ''): string[] {
  const here = spans.filter(({ parentSpanId }) => parentSpanId === under)
  return here
    .toSorted((one, other) => one.name.localeCompare(other.name))
    .flatMap(({ name, spanId }) => [`${indent}${name}`, ...namesOf(spans, spanId, `- ${indent}`)])
}

function named(spans: readonly CollectedSpan[], name: string): CollectedSpan {
  const found = spans.find((span) => span.name === name)
  if (found === undefined) throw new Error(`there is no span ${name}`)
  return found
}
