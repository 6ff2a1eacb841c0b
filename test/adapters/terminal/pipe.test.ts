/** Lines in, answers out: which stream, which order, which exit code. */
import { describe, expect, test, vi } from 'vitest'
import type { TerminalSettings } from '../../../adapters/terminal/settings.ts'
import type { Inbound, Message, TextReply } from '../../../src/contract.ts'
import { promptReply, RecordingBot, textReply } from '../conformance/rig.ts'
import { asker, address, openStreams, type Streams } from './rig.ts'

interface Piped extends Streams {
  readonly bot: RecordingBot
  left(): Promise<number | undefined>
}

/** `react` plays the core: what it says to each message, `outcome` set. */
async function open(
  settings: TerminalSettings,
  react: (message: Message, streams: Streams) => Promise<Partial<TextReply>>,
): Promise<Piped> {
  const streams = openStreams(settings)
  const bot = new RecordingBot()
  const respond = async (message: Message): Promise<void> => {
    const { markdown = '', ...more } = await react(message, streams)
    const key = `terminal:${message.id}/answer`
    await streams.adapter.send(address, textReply(markdown, { outcome: 'answered', ...more, key }))
  }
  bot.answer = async (inbound: Inbound) => {
    if (inbound.kind === 'message') void respond(inbound)
    return 'accepted'
  }
  await streams.adapter.start(bot, new AbortController().signal)
  const left = async (): Promise<number | undefined> => {
    await vi.waitFor(() => expect(bot.left.length).toBe(1), { interval: 5 })
    return bot.left[0]
  }
  return { ...streams, bot, left }
}

const echo = async ({ text }: Message): Promise<Partial<TextReply>> => ({ markdown: `You said **${text}**.` })

const silence = (): Promise<never> => new Promise(() => undefined)

function texts({ received }: RecordingBot): string[] {
  return received.map((inbound) => {
    if (inbound.kind === 'message') return inbound.text
    return inbound.kind === 'answer' ? `${inbound.choices.join()}!` : inbound.kind
  })
}

/** The message `ask` raises a prompt, and is answered once that is. */
async function prompted(input: string, settings: TerminalSettings = {}): Promise<Piped> {
  const answered = Promise.withResolvers<Partial<TextReply>>()
  const piped = await open(settings, async (message, { adapter }) => {
    if (message.text !== 'ask') return echo(message)
    await adapter.send(address, promptReply())
    return answered.promise
  })
  const { answer } = piped.bot
  piped.bot.answer = (inbound) => {
    if (inbound.kind === 'answer') answered.resolve({ markdown: 'decided' })
    return answer(inbound)
  }
  piped.input.end(input)
  await piped.left()
  return piped
}

describe('piped input', () => {
  test('each line is answered in order, as Markdown source, and the end leaves', async () => {
    const piped = await open({}, echo)
    piped.input.end('one\r\n\n  \ntwo\nlast without its end')
    expect(await piped.left()).toBe(0)
    expect(piped.out()).toBe('You said **one**.\n\nYou said **two**.\n\nYou said **last without its end**.\n')
    expect(piped.err()).toContain('under test')
  })

  test('the next line waits for the answer to the one before', async () => {
    const first = Promise.withResolvers<Partial<TextReply>>()
    const piped = await open({}, (message) => (message.text === 'one' ? first.promise : echo(message)))
    piped.input.end('one\ntwo\n')
    await piped.bot.arrived(1)
    expect(texts(piped.bot)).toEqual(['one'])
    first.resolve({ markdown: 'done' })
    await piped.left()
    expect(texts(piped.bot)).toEqual(['one', 'two'])
  })

  test('one that failed is told on standard error and in the exit code', async () => {
    const piped = await open({}, async ({ text }) =>
      text === 'bad'
        ? { markdown: 'The model is down.', tone: 'error', outcome: 'failed' }
        : { markdown: 'fine' },
    )
    piped.input.end('bad\ngood\n')
    expect(await piped.left()).toBe(1)
    expect(piped.out()).toBe('fine\n')
    expect(piped.err()).toContain('The model is down.')
  })

  test('the answer to a message of an earlier run is no answer to this one', async () => {
    const piped = await open({}, async (_, { adapter }) => {
      await adapter.send(
        address,
        textReply('from before', { key: 'terminal:older/answer', outcome: 'answered' }),
      )
      return { markdown: 'from now' }
    })
    piped.input.end('one\n')
    expect(await piped.left()).toBe(0)
    expect(piped.out()).toBe('from now\n')
    expect(piped.err()).toMatch(/an answer to an earlier message:\n.*from before/)
  })

  test('nor is one that streams, whose turn an earlier run left', async () => {
    const piped = await open({}, async (_, { adapter }) => {
      const stream = adapter.stream?.(address, 'terminal:older/answer', asker)
      await stream?.show({ markdown: 'from', tools: [], status: 'busy' })
      const key = 'terminal:older/answer'
      await stream?.finish(textReply('from before', { key, outcome: 'answered' }))
      return { markdown: 'from now' }
    })
    piped.input.end('one\n')
    expect(await piped.left()).toBe(0)
    expect(piped.out()).toBe('from now\n')
    expect(piped.err().match(/an answer to an earlier message:/g)).toHaveLength(1)
    expect(piped.err()).toContain('from before')
  })

  test('words that answer nothing are not taken for an earlier answer', async () => {
    const piped = await open({}, async (_, { adapter }) => {
      await adapter.send(address, textReply('the build is done', { key: 'background/7' }))
      return { markdown: 'fine' }
    })
    piped.input.end('one\n')
    await piped.left()
    expect(piped.err()).toContain('the build is done')
    expect(piped.err()).not.toContain('earlier')
  })

  test('what keeps Claude waiting is told on standard error, each once', async () => {
    const piped = await open({}, async (message, { adapter }) => {
      const stream = adapter.stream?.(address, `terminal:${message.id}/answer`, asker)
      for (const status of ['trying again (1 of 2)', 'trying again (1 of 2)', 'trying again (2 of 2)']) {
        await stream?.show({ markdown: '', tools: [], status })
      }
      await stream?.show({ markdown: 'fi', tools: [] })
      return { markdown: 'fine' }
    })
    piped.input.end('one\n')
    await piped.left()
    expect(piped.out()).toBe('fine\n')
    expect(piped.err().match(/trying again .*/g)).toEqual(['trying again (1 of 2)', 'trying again (2 of 2)'])
  })

  test('a turn that is left unfinished is said to be kept, unless nothing is', async () => {
    for (const temporary of [false, true]) {
      const piped = await open({ temporary }, silence)
      piped.input.write('one\n')
      await piped.bot.arrived(1)
      await piped.adapter.stop()
      expect(piped.err().includes('answered at the next start')).toBe(!temporary)
    }
  })

  test('/quit leaves before the end', async () => {
    const piped = await open({}, echo)
    piped.input.write('/quit\nnever\n')
    expect(await piped.left()).toBe(0)
    expect(piped.bot.received).toEqual([])
  })

  test('a reader that has left ends it quietly', async () => {
    const piped = await open({}, echo)
    piped.output.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    await vi.waitFor(() => expect(piped.bot.left[0]).toBe(0))
    expect(piped.err()).not.toContain('EPIPE')
  })

  test('an output that cannot be written is a failure, and the answer is still owed', async () => {
    const piped = await open({}, silence)
    piped.input.write('one\n')
    const [message] = await piped.bot.arrived(1)
    piped.output.destroy(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }))
    await vi.waitFor(() => expect(piped.bot.left[0]).toBe(1))
    expect(piped.err()).toContain('the answer cannot be written: no space left on device')
    const answer = textReply('precious', { key: `terminal:${message?.id}/answer`, outcome: 'answered' })
    await expect(piped.adapter.send(address, answer)).rejects.toMatchObject({ code: 'network' })
  })

  test('without standard error the answers still come', async () => {
    const piped = await open({}, async (_, { adapter }) => {
      await adapter.send(address, textReply('beside it', { tone: 'notice' }))
      return { markdown: 'fine' }
    })
    piped.error.destroy(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }))
    piped.input.end('one\n')
    expect(await piped.left()).toBe(0)
    expect(piped.out()).toBe('fine\n')
  })
})

describe('a prompt in piped input', () => {
  test.each([
    ['yes', 'once!'],
    ['y', 'once!'],
    ['Allow once', 'once!'],
    ['n', 'deny!'],
    ['2', 'deny!'],
    ['why: use the trash', 'why!'],
  ])('the line %j answers it', async (line, choice) => {
    const piped = await prompted(`ask\n${line}\nnext\n`)
    expect(texts(piped.bot)).toEqual(['ask', choice, 'next'])
    expect(piped.err()).toContain('rm -r build')
    expect(piped.out()).not.toContain('rm -r build')
  })

  test('a line that is no choice refuses it, and is a message of its own', async () => {
    const piped = await prompted('ask\nyellow\n')
    expect(texts(piped.bot)).toEqual(['ask', 'deny!', 'yellow'])
    expect(piped.err()).toContain('Deny')
  })

  test('the end of the input refuses it', async () => {
    expect(texts((await prompted('ask\n')).bot)).toEqual(['ask', 'deny!'])
  })

  test('a question given on the command line takes no line of a pipe for leave', async () => {
    expect(texts((await prompted('y\n', { ask: 'ask' })).bot)).toEqual(['ask', 'deny!'])
  })
})

describe('one question', () => {
  test('the answer alone is on standard output', async () => {
    const piped = await open({ ask: 'six by seven?' }, async () => ({ markdown: '42\n' }))
    expect(await piped.left()).toBe(0)
    expect([piped.out(), piped.err()]).toEqual(['42\n', ''])
  })

  test('with json every event is a line, and control characters are escaped', async () => {
    const piped = await open({ ask: 'go', json: true }, async (message, { adapter }) => {
      const stream = adapter.stream?.(address, `terminal:${message.id}/answer`, asker)
      const view = {
        markdown: 'hal',
        tools: [{ id: '1', name: 'Bash', title: 'ls', state: 'running' } as const],
        status: 'busy',
      }
      await stream?.show(view)
      await stream?.show({ ...view })
      return { markdown: 'half \u009B2J\u001B[2J' }
    })
    expect(await piped.left()).toBe(0)
    expect(piped.err()).toBe('')
    expect(piped.out()).not.toMatch(/(?!\n)\p{Cc}/u)
    const events = piped
      .out()
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
    expect(events).toMatchObject([
      { type: 'view', markdown: 'hal', tools: [{ name: 'Bash', state: 'running' }] },
      { type: 'reply', tone: 'answer', markdown: 'half \u009B2J\u001B[2J', outcome: 'answered' },
    ])
  })

  test('with json the answer to an earlier message is marked', async () => {
    const piped = await open({ ask: 'go', json: true }, async (_, { adapter }) => {
      const key = 'terminal:older/answer'
      await adapter.stream?.(address, key, asker)?.show({ markdown: 'be', tools: [] })
      await adapter.send(address, textReply('before', { key, outcome: 'answered' }))
      return { markdown: 'now' }
    })
    await piped.left()
    const marks = piped.out().match(/"markdown":"\w+"|"earlier":true/g)
    const earlier = '"earlier":true'
    expect(marks).toEqual(['"markdown":"be"', earlier, '"markdown":"before"', earlier, '"markdown":"now"'])
    expect(piped.err()).toBe('')
  })

  test('an interrupt stops the turn, and leaves with 130', async () => {
    const interrupt = new AbortController()
    const stopped = Promise.withResolvers<Partial<TextReply>>()
    const piped = await open({ ask: 'go on for ever', interrupt: interrupt.signal }, ({ text }) => {
      if (text === '/stop') stopped.resolve({ markdown: '*Stopped.*', tone: 'notice', outcome: 'cancelled' })
      return text === '/stop' ? Promise.resolve({ markdown: 'Stopping.', tone: 'notice' }) : stopped.promise
    })
    await piped.bot.arrived(1)
    interrupt.abort()
    expect(await piped.left()).toBe(130)
    expect(piped.out()).toBe('')
  })
})

describe('a script', () => {
  test('is played when the input ends before its first line: one text on standard output', async () => {
    const piped = await open({ script: ['Hello', 'Bye'] }, echo)
    piped.input.end()
    expect(await piped.left()).toBe(0)
    expect(piped.out()).toBe('❯ Hello\n\nYou said **Hello**.\n\n❯ Bye\n\nYou said **Bye**.\n')
  })

  test('gives way to lines', async () => {
    const piped = await open({ script: ['Hello'] }, echo)
    piped.input.end('mine\n')
    expect(await piped.left()).toBe(0)
    expect(piped.out()).toBe('You said **mine**.\n')
  })
})
