/** What a person in a chat sees and types. */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import type { TerminalSettings } from '../../../adapters/terminal/settings.ts'
import type { Message, ReplyStream, TextReply } from '../../../src/contract.ts'
import { testDir } from '../../rig/dir.ts'
import { promptReply, RecordingBot, textReply } from '../conformance/rig.ts'
import { asker, address, openStreams, type Streams } from './rig.ts'

interface Chatting extends Streams {
  readonly bot: RecordingBot
  /** Types, and returns what the screen shows then. */
  type(text: string): Promise<string>
  /** The last message that arrived. */
  last(): Message
  stream(message: Message): ReplyStream
  end(message: Message, reply?: Partial<TextReply>): TextReply
}

async function open(settings: TerminalSettings = {}, env: Record<string, string> = {}): Promise<Chatting> {
  const streams = openStreams({ mode: 'chat', ...settings }, { tty: true, columns: 80, env })
  const bot = new RecordingBot()
  await streams.adapter.start(bot, new AbortController().signal)
  return {
    ...streams,
    bot,
    async type(text) {
      streams.input.write(text)
      await setImmediate()
      return settled(streams)
    },
    last() {
      const message = bot.received.findLast((inbound) => inbound.kind === 'message')
      if (message?.kind !== 'message') throw new Error('no message has arrived')
      return message
    },
    stream(message) {
      const stream = streams.adapter.stream?.(address, keyOf(message), asker)
      if (stream === undefined) throw new Error('the terminal streams')
      return stream
    },
    end: (message, reply = {}) => textReply('done', { outcome: 'answered', ...reply, key: keyOf(message) }),
  }
}

function keyOf({ id }: Message): string {
  return `terminal:${id}/answer`
}

/** Drawing waits at most one frame. */
async function settled({ screen }: Streams): Promise<string> {
  let before = ''
  await vi.waitFor(
    () => {
      const now = screen.text().replaceAll(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏].*/g, '')
      const same = now === before
      before = now
      if (!same) throw new Error('still drawing')
    },
    { interval: 40 },
  )
  return screen.text()
}

const enter = '\r'
const ctrl = { c: '\u0003', d: '\u0004' }

describe('typing', () => {
  test('a line that ends in a backslash goes on, and a paste sends nothing by itself', async () => {
    const chat = await open()
    await chat.type(`one \\${enter}two${enter}`)
    expect(chat.last().text).toBe('one \ntwo')
    expect(await chat.type('\u001B[200~three\rfour\u001B[201~')).toContain('❯ three\n  four')
    expect(chat.bot.received.length).toBe(1)
    await chat.type(enter)
    expect(chat.last().text).toBe('three\nfour')
  })

  test('goes on below an answer that streams in, and waits its turn; a hint says what else it could do', async () => {
    const chat = await open()
    await chat.type(`first${enter}`)
    const message = chat.last()
    const stream = chat.stream(message)
    await stream.show({ markdown: 'One paragraph.\n\nAnd half an', tools: [] })
    await chat.type('sec')
    await stream.show({ markdown: 'One paragraph.\n\nAnd half another', tools: [] })
    expect(await chat.type('ond')).toMatch(/One paragraph\.\n\nAnd half another\n\n.*\n\n❯ second$/)
    expect(await chat.type(enter)).toMatch(
      /❯ second {2}waits\n\/queue steer [^…\n]+\/queue interrupt [^…\n]+\n\n❯$/,
    )
    await stream.finish(chat.end(message, { markdown: 'One paragraph.\n\nAnd half another one.' }))
    expect(await settled(chat)).toMatch(/another one\.\n\n❯ second\n\n.*working.*\n\n❯$/)
  })

  test('what was typed is there the next time, across several lines', async () => {
    const historyFile = join(await testDir(), 'deep', 'history')
    const first = await open({ historyFile })
    await first.type(String.raw`with a \backslash` + enter)
    await first.type(`two \\${enter}lines${enter}`)
    await first.adapter.stop()
    expect(await readFile(historyFile, 'utf8')).toBe(
      String.raw`with a \\backslash` + '\n' + String.raw`two \nlines` + '\n',
    )
    const second = await open({ historyFile })
    expect(await second.type('\u001B[A')).toContain('❯ two\n  lines')
    expect(await second.type('\u001B[A\u001B[A')).toContain(String.raw`❯ with a \backslash`)
  })

  test('a history that cannot be kept is logged, and typing goes on', async () => {
    const historyFile = join(await testDir(), 'folder')
    await mkdir(historyFile)
    const chat = await open({ historyFile })
    await chat.type(`hello${enter}`)
    expect(chat.last().text).toBe('hello')
  })
})

describe('a command', () => {
  test('that waits its turn stands with what waits, and is not said to be steered', async () => {
    const chat = await open()
    await chat.type(`first${enter}`)
    const first = chat.last()
    expect(await chat.type(`/code-review now${enter}`)).toMatch(/❯ \/code-review now {2}waits\n\n❯$/)
    expect(await chat.type(`second${enter}`)).toMatch(/❯ second {2}waits\n\/queue steer/)
    await chat.adapter.send(address, chat.end(first))
    expect(await settled(chat)).toMatch(/done\n\n❯ \/code-review now\n\n.*working.*\n❯ second {2}waits/)
  })

  test.each(['/retry', '/btw why?'])(
    '%s that Claude carries out shows, and Ctrl-C stops it',
    async (text) => {
      const chat = await open()
      expect(await chat.type(text + enter)).toMatch(/working/)
      await chat.type(ctrl.c)
      expect(chat.last().text).toBe('/stop')
      expect(chat.bot.left).toEqual([])
    },
  )

  test('that is answered at once disturbs nothing', async () => {
    const chat = await open()
    await chat.type(`first${enter}`)
    expect(await chat.type(`/help${enter}`)).toMatch(/❯ first\n\n❯ \/help\n\n.*working.*\n\n❯$/)
  })

  test('is completed by Tab, with a dash in its name too', async () => {
    const chat = await open()
    expect(await chat.type('/code-r\t')).toMatch(/❯ \/code-review$/)
  })
})

describe('leaving', () => {
  test('Ctrl-D, /quit and /exit leave', async () => {
    for (const keys of [ctrl.d, `/quit${enter}`, `/exit${enter}`]) {
      const chat = await open()
      await chat.type(keys)
      expect(chat.bot.left).toEqual([0])
      expect(chat.bot.received).toEqual([])
    }
  })

  test('Ctrl-C empties the line and warns, then leaves', async () => {
    const chat = await open()
    const warned = await chat.type(`draft${ctrl.c}`)
    expect(warned).toContain('Ctrl-C again leaves')
    expect(warned).not.toContain('draft')
    expect(chat.bot.left).toEqual([])
    await chat.type(ctrl.c)
    expect(chat.bot.left).toEqual([0])
  })

  test('typing takes the warning back, and another hint is none', async () => {
    const chat = await open()
    await chat.type(ctrl.c)
    expect(await chat.type('d')).not.toContain('again leaves')
    expect(await chat.type(ctrl.c)).toContain('again leaves')
    await chat.type('/')
    expect(await chat.type('\t')).toContain('/help')
    expect(await chat.type(ctrl.c)).toContain('again leaves')
    expect(chat.bot.left).toEqual([])
  })

  test('after a stop Ctrl-C warns once, then leaves, whatever is typed', async () => {
    const chat = await open()
    await chat.type(`first${enter}`)
    const message = chat.last()
    await chat.type(`draft${ctrl.c}`)
    const stopped = { tone: 'notice', outcome: 'cancelled', markdown: 'Stopped.' } as const
    await chat.stream(message).finish(chat.end(message, stopped))
    await chat.adapter.send(address, chat.end(chat.last(), { tone: 'notice', markdown: 'Stopping.' }))
    expect(await settled(chat)).not.toContain('again leaves')
    expect(await chat.type(ctrl.c)).toMatch(/❯\nCtrl-C again leaves$/)
    expect(chat.bot.left).toEqual([])
    await chat.type(ctrl.c)
    expect(chat.bot.left).toEqual([0])
    expect(chat.bot.received.length).toBe(2)
  })

  test('Ctrl-C in a turn stops it and keeps what is typed; once more leaves', async () => {
    const chat = await open()
    await chat.type(`first${enter}`)
    expect(await chat.type(`draft${ctrl.c}`)).toMatch(/stopping[^]*❯ draft/)
    expect(chat.last().text).toBe('/stop')
    expect(chat.bot.left).toEqual([])
    await chat.type(ctrl.c)
    expect(chat.bot.left).toEqual([0])
  })

  test('the terminal is left as it was found', async () => {
    const chat = await open()
    await chat.type(`first${enter}half a line`)
    await chat.adapter.stop()
    expect(chat.out().match(/\?2004[hl]/g)).toEqual(['?2004h', '?2004l'])
    expect(chat.screen.text()).toMatch(
      /❯ first\n\nnot answered yet: it is kept, and answered at the next start$/,
    )
  })
})

describe('a turn', () => {
  test('ends with its figures, and with the reason when it failed', async () => {
    const chat = await open()
    await chat.type(`first${enter}`)
    const stream = chat.stream(chat.last())
    await stream.show({ markdown: 'Half an answer', tools: [] })
    const figures = { costUsd: 0.0123, durationMs: 4200, inputTokens: 12_345, outputTokens: 67 }
    const markdown = 'Half an answer\n\n---\n\nThe API is overloaded.'
    await stream.finish(chat.end(chat.last(), { markdown, tone: 'error', outcome: 'failed', figures }))
    const shown = await settled(chat)
    expect(shown).toMatch(
      /Half an answer\n\n│ The API is overloaded\.\n\n4\.2 s · 12\.3k tokens in, 67 out · \$0\.0123\n\n❯$/,
    )
    expect(shown.match(/Half an answer/g)).toHaveLength(1)
  })

  test('that an earlier run left is introduced once, when its message is not on the page', async () => {
    const chat = await open()
    const key = 'terminal:older/answer'
    const stream = chat.adapter.stream?.(address, key, asker)
    await stream?.show({ markdown: 'Forty', tools: [] })
    await stream?.show({ markdown: 'Forty-', tools: [] })
    await stream?.finish(textReply('Forty-two.', { key, outcome: 'answered' }))
    expect(await settled(chat)).toMatch(/leaves\n\nan answer to an earlier message:\n\nForty-two\.\n\n❯$/)
    await chat.adapter.send(
      address,
      textReply('Done.', { key: 'terminal:other/answer', outcome: 'answered' }),
    )
    expect(await settled(chat)).toMatch(/Forty-two\.\n\nan answer to an earlier message:\n\nDone\.\n\n❯$/)
  })

  test('shows a tool while it runs and how it ended', async () => {
    const chat = await open()
    await chat.type(`first${enter}`)
    const stream = chat.stream(chat.last())
    const tool = { id: '1', name: 'Bash', title: 'npm test', state: 'running' } as const
    await stream.show({ markdown: '', tools: [tool] })
    expect(await settled(chat)).toMatch(/⏺ Bash {2}npm test …\n\n.*working/)
    await stream.show({ markdown: '', tools: [{ ...tool, state: 'failed' }] })
    await stream.finish(chat.end(chat.last()))
    expect(await settled(chat)).toMatch(/⏺ Bash {2}npm test ✗\n\ndone\n\n❯$/)
  })

  test('writes no colours where none are wanted', async () => {
    const chat = await open({}, { NO_COLOR: '1' })
    await chat.type(`first${enter}`)
    const markdown = '# Title\n\n**bold**'
    await chat.stream(chat.last()).finish(chat.end(chat.last(), { markdown }))
    // oxlint-disable-next-line no-control-regex -- control characters are what this is about
    expect(chat.out()).not.toMatch(/\u001B\[[\d;]*m/)
  })
})

describe('a prompt', () => {
  test('takes no key of a sentence for leave', async () => {
    const chat = await open()
    await chat.type(`first${enter}`)
    await chat.type('wh')
    await chat.adapter.send(address, promptReply())
    await chat.type('y not')
    expect(chat.bot.received.filter(({ kind }) => kind === 'answer')).toEqual([])
    expect(await settled(chat)).toContain('❯ why not')
  })

  test('own words are taken back with Escape, and asked for again', async () => {
    const chat = await open()
    await chat.adapter.send(address, promptReply())
    expect(await chat.type('d')).toContain('Deny and say why ❯')
    // Node waits for the rest of a sequence before it takes Escape for a key.
    chat.input.write('\u001B')
    await vi.waitFor(() => expect(chat.screen.text()).toContain('y Allow once'))
    await chat.type('n')
    expect(chat.bot.received).toMatchObject([{ kind: 'answer', choices: ['deny'] }])
  })

  test('goes away when it is settled', async () => {
    const chat = await open()
    const prompt = promptReply()
    const sent = await chat.adapter.send(address, prompt)
    expect(await settled(chat)).toContain('y Allow once')
    await chat.adapter.edit?.(sent, { ...prompt, settled: { label: 'No longer needed', at: 1 } })
    const shown = await settled(chat)
    expect(shown).not.toContain('y Allow once')
    expect(shown).toMatch(/rm -r build\n└ No longer needed\n\n❯$/)
  })
})

test('the terminal speaks as its environment tells, then as the bot does; what is typed meanwhile has a hint', async () => {
  const chat = await open({}, { LANG: 'zh_CN.UTF-8' })
  expect(chat.screen.text()).toContain('/help 列出命令')
  await chat.type('first\r')
  expect(chat.last().from.locale).toBe('zh_CN.UTF-8')
  const first = chat.last()
  expect(await chat.type('second\r')).toMatch(/second +排队\n\/queue steer 并入/)
  await chat.adapter.send(address, chat.end(first, { language: 'en' }))
  expect(await chat.type('third\r')).toMatch(/third +waits\n\/queue steer puts it into the running turn/)
})
