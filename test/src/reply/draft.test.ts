import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AdapterError, type Sent, type TurnView } from '../../../src/contract.ts'
import { type Draft, openDraft } from '../../../src/reply/draft.ts'
import { LiveStreams } from '../../../src/reply/live.ts'
import { Pace } from '../../../src/reply/pace.ts'
import { type Ability, Chat, address, silent } from './chat.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  if (vi.getTimerCount() > 0) throw new Error('a timer survived the end of its draft')
  vi.useRealTimers()
})

const text = (markdown: string, more: Partial<TurnView> = {}): TurnView => ({ markdown, tools: [], ...more })

function open(
  can: readonly Ability[],
  {
    streamsMessages = false,
    ...more
  }: {
    resume?: Sent
    again?: boolean
    streamsMessages?: boolean
    unsent?: () => Promise<number>
  } = {},
) {
  const chat = new Chat(can, { text: 120, buttons: 4, editEvery: 1000 })
  chat.streamsMessages = streamsMessages
  const remembered: Sent[] = []
  const pace = new Pace()
  const live = new LiveStreams()
  const onSent = async (sent: Sent): Promise<void> => void remembered.push(sent)
  const options = {
    adapter: chat.adapter,
    address,
    key: 'k',
    asker: { id: 'u' },
    onSent,
    pace,
    live,
    log: silent,
    again: false,
    unsent: async () => 0,
    ...more,
  }
  const draft: Draft = openDraft(options)
  return { chat, draft, remembered, pace, live }
}

const tick = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)

describe('posted and edited', () => {
  test('nothing is posted before all that was said earlier stands', async () => {
    let earlier = 1
    const { chat, draft } = open(['edit'], { unsent: async () => earlier })
    draft.show(text('two'))
    await tick(5000)
    expect(chat.texts).toEqual([])
    earlier = 0
    await tick(200)
    expect(chat.texts).toEqual(['two'])
    await draft.settle()
  })

  test('the first text goes out at once, is remembered, and is edited no faster than allowed', async () => {
    const { chat, draft, remembered } = open(['edit'])
    draft.show(text('one'))
    await tick()
    expect(chat.texts).toEqual(['one'])
    expect(remembered).toEqual([{ address, id: '1' }])
    for (let n = 0; n < 50; n += 1) {
      draft.show(text(`one ${n}`))
      await tick(100)
    }
    expect(chat.calls.filter((call) => call === 'edit').length).toBeLessThanOrEqual(5)
    await tick(1000)
    expect(chat.texts).toEqual(['one 49'])
    expect(chat.standing[0]?.reply).toMatchObject({ draft: true })
    expect(await draft.settle()).toEqual({ address, id: '1' })
  })

  test('tools and status stand under the text, open Markdown is closed', async () => {
    const { chat, draft } = open(['edit'])
    const tools = [
      { id: '1', name: 'Read', title: 'a.ts', state: 'done' },
      { id: '2', name: 'Bash', title: 'npm `test`', state: 'running' },
    ] as const
    draft.show(text('**now', { tools, status: 'the API is busy' }))
    await tick()
    expect(chat.texts).toEqual(["**now**\n\n*Bash* `npm 'test'` …\\\n*the API is busy …*"])
    await draft.settle()
  })

  test('text that is too long shows its end', async () => {
    const { chat, draft } = open(['edit'])
    draft.show(text('word '.repeat(100)))
    await tick()
    expect(chat.texts[0]).toMatch(/^…\n\n(?:word ?)+$/)
    await draft.settle()
  })

  test('an earlier attempt’s message is taken up again', async () => {
    const { chat, draft, remembered } = open(['edit', 'stream'], { resume: { address, id: '1' } })
    await chat.adapter.send(address, {
      kind: 'text',
      key: 'k/draft',
      markdown: 'old',
      tone: 'answer',
      draft: true,
    })
    draft.show(text('new'))
    await tick(1000)
    expect(chat.texts).toEqual(['new'])
    expect(remembered).toEqual([])
    expect(await draft.settle()).toEqual({ address, id: '1' })
  })

  test('a message that an earlier attempt may have left is looked for', async () => {
    const { chat, draft, remembered } = open(['edit', 'find'], { again: true })
    await chat.adapter.send(address, {
      kind: 'text',
      key: 'k/draft',
      markdown: 'old',
      tone: 'answer',
      draft: true,
    })
    draft.show(text('new'))
    await tick()
    draft.show(text('newer'))
    await tick(2000)
    expect(chat.texts).toEqual(['newer'])
    expect(remembered).toEqual([{ address, id: '1' }])
    await draft.settle()
  })

  test.each([[['edit']], [['edit', 'find']]] as const)(
    'a message that an earlier attempt may have left is replaced even where nothing more was shown (%j)',
    async (can) => {
      const { chat, draft, remembered } = open(can, { again: true })
      const left = { kind: 'text', key: 'k/draft', markdown: 'old', tone: 'answer', draft: true } as const
      await chat.adapter.send(address, left)
      draft.show(text('new'))
      expect(await draft.settle()).toEqual({ address, id: '1' })
      expect(chat.standing).toHaveLength(1)
      expect(remembered).toEqual([{ address, id: '1' }])
    },
  )

  test('a 429 slows edits down and does not end them', async () => {
    const { chat, draft } = open(['edit'])
    draft.show(text('one'))
    await tick()
    chat.fail('edit', new AdapterError('throttled', 'slow down', { retryAfter: 3000 }))
    draft.show(text('two'))
    await tick(1000)
    expect(chat.texts).toEqual(['one'])
    draft.show(text('three'))
    await tick(2900)
    expect(chat.texts).toEqual(['one'])
    await tick(200)
    expect(chat.texts).toEqual(['three'])
    await draft.settle()
  })

  test('a draft that the adapter holds back for its rate waits alone: what is final need not', async () => {
    const { chat, draft, pace } = open(['edit'])
    draft.show(text('one'))
    await tick()
    chat.fail('edit', new AdapterError('throttled', 'later', { retryAfter: 3000, draftsOnly: true }))
    draft.show(text('two'))
    await tick(1000)
    expect(pace.blockedFor(address)).toBe(0)
    draft.show(text('three'))
    await tick(2900)
    expect(chat.texts).toEqual(['one'])
    await tick(200)
    expect(chat.texts).toEqual(['three'])
    // Nor does it make later drafts rarer: the adapter knows its rate.
    draft.show(text('four'))
    await tick(1000)
    expect(chat.texts).toEqual(['four'])
    await draft.settle()
  })

  test('the first draft that is held back is posted when it may be, and is no failure', async () => {
    const { chat, draft, pace } = open(['edit'])
    const later = new AdapterError('throttled', 'later', { retryAfter: 500, draftsOnly: true })
    chat.fail('send', later, later, later, later)
    draft.show(text('one'))
    await tick(1900)
    expect(chat.texts).toEqual([])
    expect(pace.blockedFor(address)).toBe(0)
    await tick(200)
    expect(chat.texts).toEqual(['one'])
    await draft.settle()
  })

  test('a post whose answer was lost is looked for, and edited on', async () => {
    const { chat, draft, remembered } = open(['edit', 'find'])
    chat.fail('send', 'lost answer')
    draft.show(text('one'))
    await tick(1000)
    draft.show(text('two'))
    await tick(2000)
    expect(chat.texts).toEqual(['two'])
    expect(await draft.settle()).toEqual({ address, id: '1' })
    expect(remembered).toEqual([{ address, id: '1' }])
  })

  test('one whose answer was lost at the very end is found, for the answer to replace', async () => {
    const { chat, draft, remembered } = open(['edit', 'find'])
    chat.fail('send', 'lost answer')
    draft.show(text('one'))
    await tick()
    expect(await draft.settle()).toEqual({ address, id: '1' })
    expect(remembered).toEqual([{ address, id: '1' }])
  })

  test('where it cannot be looked for it is not posted again', async () => {
    const { chat, draft } = open(['edit'])
    chat.fail('send', 'lost answer')
    draft.show(text('one'))
    await tick(1000)
    draft.show(text('two'))
    await tick(5000)
    expect(await draft.settle()).toBeUndefined()
    expect(chat.calls.filter((call) => call === 'send')).toHaveLength(1)
  })

  test('a message that is gone is replaced, once', async () => {
    const { chat, draft, remembered } = open(['edit'], { resume: { address, id: 'long gone' } })
    draft.show(text('one'))
    await tick(1000)
    expect(chat.texts).toEqual(['one'])
    expect(remembered).toEqual([{ address, id: '1' }])
    chat.standing.length = 0
    draft.show(text('two'))
    await tick(5000)
    expect(chat.texts).toEqual([])
    await draft.settle()
  })

  test('a draft that is refused is left as it is', async () => {
    const { chat, draft } = open(['edit'])
    draft.show(text('one'))
    await tick()
    chat.fail('edit', new AdapterError('rejected', 'no'))
    draft.show(text('two'))
    await tick(1000)
    draft.show(text('three'))
    await tick(5000)
    expect(chat.texts).toEqual(['one'])
    expect(await draft.settle()).toEqual({ address, id: '1' })
  })

  test('finals go first', async () => {
    const { chat, draft, pace } = open(['edit'])
    draft.show(text('one'))
    await tick()
    const final = pace.final(address)
    draft.show(text('two'))
    await tick(5000)
    expect(chat.texts).toEqual(['one'])
    final[Symbol.dispose]()
    await tick(1000)
    expect(chat.texts).toEqual(['two'])
    await draft.settle()
  })
})

describe('streamed', () => {
  test('views are coalesced: one call at a time, the newest wins', async () => {
    const { chat, draft, live } = open(['stream'])
    for (const markdown of ['a', 'ab', 'abc']) draft.show(text(markdown))
    await tick()
    expect(chat.calls).toEqual(['show'])
    expect(chat.streaming).toBe('abc')
    expect(await draft.settle()).toBeUndefined()
    expect(live.take('k')).toBeDefined()
  })

  test('a stream that breaks becomes a message that is edited, with nothing doubled', async () => {
    const { chat, draft } = open(['stream', 'edit'])
    draft.show(text('a'))
    await tick()
    chat.fail('show', new AdapterError('unknown', 'broken'))
    draft.show(text('ab'))
    await tick(1000)
    expect(chat.streaming).toBeUndefined()
    expect(chat.texts).toEqual(['ab'])
    expect(await draft.settle()).toEqual({ address, id: '1' })
  })

  test('a 429 does not end the stream', async () => {
    const { chat, draft } = open(['stream'])
    draft.show(text('a'))
    await tick()
    chat.fail('show', new AdapterError('throttled', 'slow down', { retryAfter: 2000 }))
    draft.show(text('ab'))
    await tick(1999)
    expect(chat.streaming).toBe('a')
    await tick(10)
    expect(chat.streaming).toBe('ab')
    await draft.abandon()
    expect(chat.streaming).toBeUndefined()
  })

  test('is taken back when it is abandoned after it was settled', async () => {
    const { chat, draft } = open(['stream'])
    draft.show(text('a'))
    await tick()
    await draft.settle()
    await draft.abandon()
    await draft.abandon()
    expect(chat.calls.filter((call) => call === 'abandon')).toHaveLength(1)
  })
})

test('the typing sign is kept up until there is text', async () => {
  const { chat, draft } = open(['edit', 'typing'])
  await tick(11_000)
  expect(chat.calls).toEqual(['typing', 'typing', 'typing'])
  draft.show(text('one'))
  await tick(20_000)
  expect(chat.calls.filter((call) => call === 'typing')).toHaveLength(3)
  await draft.settle()
})

test('an adapter that can neither edit nor stream shows nothing until the end', async () => {
  const { chat, draft } = open([])
  draft.show(text('one'))
  await tick(5000)
  expect(chat.calls).toEqual([])
  expect(await draft.settle()).toBeUndefined()
})

test('chats where nothing happens any more are forgotten', async () => {
  const pace = new Pace()
  for (let n = 0; n < 5000; n += 1) pace.edited({ adapter: 'chat', channel: String(n) })
  await tick(11 * 60_000)
  for (let n = 0; n < 5000; n += 1) pace.blockedFor({ adapter: 'chat', channel: `other ${n}` })
  expect(pace.size).toBeLessThan(2500)
})

describe('a stream that is a message', () => {
  const options = { streamsMessages: true }

  test('is remembered as soon as it stands, once', async () => {
    const { draft, remembered } = open(['edit', 'stream'], options)
    draft.show(text('one'))
    await tick()
    expect(remembered).toEqual([{ address, id: '1' }])
    draft.show(text('two'))
    await tick()
    expect(remembered).toHaveLength(1)
    expect(await draft.settle()).toEqual({ address, id: '1' })
  })

  test('of an attempt that died before it could be remembered is found and gone on with', async () => {
    const { chat, draft, remembered } = open(['edit', 'stream', 'find'], { ...options, again: true })
    await chat.adapter.stream?.(address, 'k', { id: 'u' })?.show(text('from before'))
    draft.show(text('one'))
    await tick(1000)
    expect(chat.texts).toEqual(['one'])
    expect(remembered).toEqual([{ address, id: '1' }])
    expect(await draft.settle()).toEqual({ address, id: '1' })
  })

  test('breaks: what it has shown is taken back, and a message that is edited takes its place', async () => {
    const { chat, draft, remembered } = open(['edit', 'stream'], options)
    draft.show(text('one'))
    await tick()
    chat.fail('show', new AdapterError('rejected', 'no more'))
    draft.show(text('two'))
    await tick(2000)
    expect(chat.texts).toEqual(['two'])
    expect(remembered.at(-1)).toEqual({ address, id: '2' })
    expect(await draft.settle()).toEqual({ address, id: '2' })
  })
})
