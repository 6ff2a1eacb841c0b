import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { AdapterError } from '../../src/contract.ts'
import { type LogOptions, type RootLog, createLog } from '../../src/log.ts'
import { testDir } from '../rig/dir.ts'

interface Opened {
  readonly log: RootLog
  readonly text: () => Promise<string>
  /** Every line as data. */
  readonly lines: () => Promise<Record<string, unknown>[]>
}

async function open(options: Partial<LogOptions> = {}): Promise<Opened> {
  const file = join(await testDir(), 'logs', 'parley.log')
  const log = createLog({ level: 'debug', format: 'json', file, ...options })
  onTestFinished(() => log.close())
  const text = () => readFile(file, 'utf8')
  return { log, text, lines: async () => (await text()).trim().split('\n').map(parseLine) }
}

function parseLine(line: string): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(JSON.parse(line))
}

/** One line with these fields, without what every line has. */
async function logged(fields: object, options: Partial<LogOptions> = {}): Promise<Record<string, unknown>> {
  const { log, lines } = await open(options)
  log.info(fields, 'said')
  const { level: _level, time: _time, pid: _pid, msg: _msg, ...rest } = (await lines())[0] ?? {}
  return rest
}

describe('lines', () => {
  test('are JSON with level, time, the bound fields and the message', async () => {
    const { log, lines } = await open()
    log.child({ conversation: 'slack-1' }).child({ turn: 't1' }).warn({ attempt: 2 }, 'trying again')
    expect(await lines()).toEqual([
      {
        level: 'warn',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        pid: process.pid,
        conversation: 'slack-1',
        turn: 't1',
        attempt: 2,
        msg: 'trying again',
      },
    ])
  })

  test('the level may change, for children too', async () => {
    const { log, lines } = await open({ level: 'warn' })
    const child = log.child({ turn: 't1' })
    child.info({}, 'unheard')
    log.level = 'info'
    child.info({}, 'heard')
    log.level = 'silent'
    child.error({}, 'unheard')
    expect(log.level).toBe('silent')
    expect((await lines()).map(({ msg }) => msg)).toEqual(['heard'])
  })

  test('are appended to what the file has, which others cannot read', async () => {
    const file = join(await testDir(), 'deep', 'er', 'parley.log')
    for (const word of ['one', 'two']) {
      const log = createLog({ level: 'info', format: 'auto', file })
      log.info({}, word)
      log.close()
      log.close()
      log.info({}, 'after close')
    }
    const text = await readFile(file, 'utf8')
    expect(
      text
        .trim()
        .split('\n')
        .map(parseLine)
        .map(({ msg }) => msg),
    ).toEqual(['one', 'two'])
    expect((await stat(file)).mode & 0o077).toBe(0)
  })

  test('are for people when pretty', async () => {
    const { log, text } = await open({ format: 'pretty' })
    log.info({ conversation: 'c1', botToken: 'hunter2' }, 'ready')
    expect(await text()).toMatch(
      /^\[\d\d:\d\d:\d\d\] INFO: ready \{"conversation":"c1","botToken":"\[redacted\]"\}\n$/,
    )
  })

  test('go to stderr without a file, as JSON where that is no terminal', async () => {
    const module = new URL('../../src/log.ts', import.meta.url).href
    const script = `import { createLog } from ${JSON.stringify(module)}
      createLog({ level: 'info', format: 'auto' }).info({ a: 1 }, 'said')`
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '-e',
      script,
    ])
    expect(stdout).toBe('')
    expect(parseLine(stderr)).toMatchObject({ level: 'info', a: 1, msg: 'said' })
  })
})

describe('errors', () => {
  test('are logged with name, code, message, stack and causes', async () => {
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
    const error = new AdapterError('network', 'cannot be reached', { cause, retryAfter: 5 })
    expect(await logged({ error })).toEqual({
      error: {
        type: 'AdapterError',
        code: 'network',
        message: 'cannot be reached',
        retryAfter: 5,
        uncertain: false,
        draftsOnly: false,
        stack: expect.stringContaining('log.test.ts'),
        cause: { type: 'Error', code: 'ECONNREFUSED', message: 'refused', stack: expect.any(String) },
      },
    })
  })

  test('in a row, in a circle, and as the fields themselves', async () => {
    const error = new AggregateError([new TypeError('first')], 'both')
    error.cause = error
    expect(await logged(error)).toMatchObject({
      err: { type: 'AggregateError', errors: [{ type: 'TypeError', message: 'first' }], cause: '[circular]' },
    })
  })
})

describe('what is hidden', () => {
  test.each([
    'token',
    'botToken',
    'appToken',
    'bot_token',
    'BOTTOKEN',
    'secret',
    'signingSecret',
    'clientSecrets',
    'password',
    'PGPASSWORD',
    'authorization',
    'Proxy-Authorization',
    'apiKey',
    'apiKeys',
    'x-api-key',
    'apikey',
    'encryptKey',
    'privateKey',
    'AWS_SECRET_ACCESS_KEY',
    'credentials',
    'Set-Cookie',
    'jwt',
  ])('whatever stands behind %s', async (name) => {
    expect(await logged({ a: [{ [name]: 'hunter2' }], [name]: { inner: 12 } })).toEqual({
      a: [{ [name]: '[redacted]' }],
      [name]: '[redacted]',
    })
  })

  test.each(['text', 'markdown', 'prompt', 'input', 'replyMarkdown', 'content', 'delta', 'stdout'])(
    'what people and Claude write, behind %s',
    async (name) => {
      const fields = await logged({
        message: { [name]: 'my diary', id: 'm1' },
        [name]: { command: 'rm my diary' },
      })
      expect(fields).toEqual({ message: { [name]: '[8 characters]', id: 'm1' }, [name]: '[redacted]' })
    },
  )

  test('numbers, flags and names stay readable', async () => {
    const fields = {
      usage: { input: 12, output: 3, inputTokens: 5, max_tokens: 6 },
      hasToken: true,
      limits: { text: 4000 },
      key: 'a#1',
      keyboard: 'de',
      sessionId: '3f1d7c1e-6f0a-4d55-9f0e-3a1b2c3d4e5f',
      title: 'npm test',
      nothing: null,
    }
    expect(await logged(fields)).toEqual(fields)
  })

  test('the heading of a settings page is no secret', async () => {
    const { log, lines } = await open()
    log.error({}, 'see Basic Information, App Credentials')
    expect(await lines()).toMatchObject([{ msg: 'see Basic Information, App Credentials' }])
  })

  test.each([
    ['sk-ant-api03-abcdefghijklmnop', '[redacted]'],
    ['xoxb-1234567890-abcdef', '[redacted]'],
    ['xapp-1-A012-345-abcdef', '[redacted]'],
    ['Bearer abcdef123456', 'Bearer [redacted]'],
    ['authorization: Basic dXNlcjpwYXNz', 'authorization: Basic [redacted]'],
    ['redis://:hunter2@localhost:6379/0', 'redis://:[redacted]@localhost:6379/0'],
    ['https://me:p@ss:w@host/x', 'https://me:[redacted]@host/x'],
    [
      'https://host/ws?ticket=abc&access_token=def',
      'https://host/ws?ticket=[redacted]&access_token=[redacted]',
    ],
    [`${'M'.repeat(24)}.GaBcDe.${'x'.repeat(38)}`, '[redacted]'],
    ['ghp_abcdefghijklmnopqrstuvwxyz0123456789', '[redacted]'],
    ['AKIAABCDEFGHIJKLMNOP', '[redacted]'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl', '[redacted]'],
    ['{"botToken": "hunter2"}', '{"botToken": "[redacted]"}'],
    ['ANTHROPIC_API_KEY=hunter2 claude', 'ANTHROPIC_API_KEY=[redacted] claude'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----', '[redacted]'],
  ])('%s in a message, a field, an error', async (secret, shown) => {
    const { log, lines } = await open()
    log.error({ reason: `a ${secret} b`, error: new Error(`c ${secret} d`) }, `e ${secret} f`)
    const [line] = await lines()
    expect(line).toMatchObject({
      reason: `a ${shown} b`,
      error: { message: `c ${shown} d` },
      msg: `e ${shown} f`,
    })
    expect(JSON.stringify(line)).not.toContain(JSON.stringify(secret).slice(1, -1))
  })

  test.each([
    'a task-force of sk-iing experts',
    'https://host:8080/a@b',
    'token: expected text',
    'bearer of news',
    '1.2.3',
  ])('not %j', async (text) => {
    expect(await logged({ reason: text })).toEqual({ reason: text })
  })

  test('known values, those learnt later too, in any wrapping', async () => {
    const { log, text } = await open({ secrets: ['open "sesame"'] })
    log.conceal(['swordfish/1', '1234567'])
    log.info(
      { a: 'x swordfish/1', b: 'swordfish%2F1', c: 1_234_567, swordfish: 1 },
      JSON.stringify({ d: 'open "sesame"' }),
    )
    expect(await text()).not.toMatch(/swordfish(?:\/|%2F)1|sesame|1234567/)
    expect(parseLine(await text())).toMatchObject({
      a: 'x [redacted]',
      swordfish: 1,
      msg: '{"d":"[redacted]"}',
    })
  })

  test('secrets never appear, however deep, and whatever is around them', async () => {
    const { log, text } = await open()
    const secret = fc
      .string({
        minLength: 6,
        maxLength: 40,
        unit: fc.constantFrom(...'a B 3 " \\ / + = % & $ ^ . * | ( ? é'.split(' ')),
      })
      .map((tail) => `S3${tail}`)
    const around = fc.tuple(fc.string(), secret, fc.string())
    await fc.assert(
      fc.asyncProperty(
        around,
        fc.object({ maxDepth: 4, withMap: true, withDate: true }),
        async ([a, value, b], rest) => {
          log.conceal([value])
          const planted = a + value + b
          const deep = {
            rest,
            list: [[{ [planted]: { planted, map: new Map([[planted, new Set([planted])]]) } }]],
          }
          log.error({ deep, error: new Error(planted, { cause: deep }), [planted]: 1 }, planted)
          log.child({ planted }).warn(new Error(planted), planted)
          for (const line of (await text()).trim().split('\n').slice(-2))
            expect(stringsOf(parseLine(line))).not.toContain(value)
        },
      ),
    )
  })

  test('nothing behind a secret name appears, however deep', async () => {
    const { log, text } = await open()
    const leaf = fc.oneof(fc.constant('hunter2'), fc.constant(['hunter2']), fc.constant({ a: 'hunter2' }))
    const name = fc.constantFrom('token', 'apiKey', 'PASSWORD', 'signing_secret', 'text', 'input', 'markdown')
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 6 },
        fc.tuple(name, leaf).map(([key, value]) => ({ [key]: value })),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.string(), tie('tree'), { maxKeys: 3 }),
      ),
    }))
    fc.assert(fc.property(tree, (fields) => log.info({ fields }, 'said')))
    expect(await text()).not.toContain('hunter2')
  })
})

describe('writing a line never throws', () => {
  test('whatever is logged', async () => {
    const circle: Record<string, unknown> = { name: 'circle' }
    circle.self = circle
    const hostile = {
      get broken(): never {
        throw new Error('no')
      },
    }
    expect(
      await logged({
        circle,
        hostile,
        huge: 10n ** 20n,
        never: Number.NaN,
        when: new Date(0),
        invalid: new Date(Number.NaN),
        bytes: Buffer.from('hunter2'),
        link: new URL('https://u:hunter2@host/'),
        call: () => 1,
        symbol: Symbol('s'),
        revoked: revoked(),
        long: 'x'.repeat(20_000),
        many: Array.from({ length: 200 }, (_, i) => i),
      }),
    ).toMatchObject({
      circle: { name: 'circle', self: '[circular]' },
      hostile: '[unreadable]',
      huge: '100000000000000000000',
      when: '1970-01-01T00:00:00.000Z',
      invalid: null,
      bytes: '[7 bytes]',
      link: 'https://u:[redacted]@host/',
      call: '[function]',
      revoked: '[unreadable]',
      long: expect.stringMatching(/^x{8192}… \[20000 characters\]$/),
    })
  })

  test('anything at all', async () => {
    const { log, lines } = await open()
    const numRuns = 100
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withNullPrototype: true, withMap: true }),
        fc.string(),
        (value, message) => {
          log.info({ value }, message)
        },
      ),
      { numRuns },
    )
    expect(await lines()).toHaveLength(numRuns)
  })

  test("escape sequences do not reach the reader's terminal", async () => {
    const { log, text } = await open({ format: 'pretty' })
    log.info({ name: '\u001B]52;c;aGk=\u0007' }, 'hi \u001B[2J\u009B31m')
    // oxlint-disable-next-line no-control-regex
    expect(await text()).not.toMatch(/[\u001B\u0007\u009B]/)
  })

  test.skipIf(!existsSync('/dev/full'))('a full disk is told on stderr, once', async () => {
    const module = new URL('../../src/log.ts', import.meta.url).href
    const script = `import { createLog } from ${JSON.stringify(module)}
      const log = createLog({ level: 'info', format: 'json', file: '/dev/full' })
      log.info({}, 'one'); log.info({}, 'two'); log.close(); console.log('alive')`
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '-e',
      script,
    ])
    expect(stdout).toBe('alive\n')
    expect(stderr).toMatch(/^parley: log lines are lost, \/dev\/full cannot be written: Error: ENOSPC.*\n$/)
  })

  test('a file that cannot be opened is an error at once, with what to do', async () => {
    const dir = await testDir()
    await writeFile(join(dir, 'file'), '')
    await chmod(join(dir, 'file'), 0o600)
    expect(() => createLog({ level: 'info', format: 'json', file: join(dir, 'file', 'x.log') })).toThrow(
      expect.objectContaining({ code: 'file', message: expect.stringContaining('change `log.file`') }),
    )
  })
})

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

/** Every key and string of a value, in one text. */
function stringsOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return ''
  return Object.entries(value)
    .map(([key, inner]) => `${key}\u0000${stringsOf(inner)}`)
    .join('\u0000')
}
