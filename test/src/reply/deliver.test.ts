import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AdapterError, type Fault, type PromptReply, type Reply, type Sent } from '../../../src/contract.ts'
import type { Delivered, Delivery } from '../../../src/queue/port.ts'
import { createReplies } from '../../../src/reply/replies.ts'
import { type Ability, type Trouble, Chat, address, silent } from './chat.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const answer = (markdown: string): Reply => ({
  kind: 'text',
  key: 'k',
  markdown,
  tone: 'answer',
  outcome: 'answered',
  figures: { costUsd: 1, durationMs: 1, inputTokens: 1, outputTokens: 1 },
})
const long = 'First sentence is here. Second sentence is here. Third sentence is here. Fourth sentence.'
const words = (texts: readonly string[]): string => texts.join(' ')

/** The outbox: hands a reply out until it is sent or given up, as the queue does. */
class Outbox {
  readonly parts: Sent[] = []
  readonly ends: Delivered[] = []
  readonly #chat: Chat
  #replies
  #attempt = 0

  constructor(chat: Chat) {
    this.#chat = chat
    this.#replies = this.#process()
  }

  get replies(): ReturnType<typeof createReplies> {
    return this.#replies
  }

  /** Nothing of the old process is left but what is on disk. */
  restart(): void {
    this.#replies = this.#process()
  }

  async handOut(reply: Reply, more: { draft?: Sent; replaced?: readonly Sent[] } = {}): Promise<Delivered> {
    this.#attempt += 1
    const delivery: Delivery = {
      key: reply.key,
      conversation: 'c',
      address,
      reply,
      attempt: this.#attempt,
      parts: [...this.parts],
      replaced: more.replaced ?? [],
      ...(more.draft === undefined ? {} : { draft: more.draft }),
      delivered: async (part) => void this.parts.push(part),
    }
    const pending = this.#replies.deliver(delivery)
    await vi.advanceTimersByTimeAsync(60_000)
    const end = await pending
    this.ends.push(end)
    return end
  }

  /** Hands out until it ends, at most so often. */
  async bring(reply: Reply, more: { draft?: Sent } = {}): Promise<Delivered> {
    for (;;) {
      const end = await this.handOut(reply, more)
      if (end.state !== 'later' || this.ends.length > 30) return end
      await vi.advanceTimersByTimeAsync(end.afterMs)
    }
  }

  #process(): ReturnType<typeof createReplies> {
    return createReplies({ adapter: () => this.#chat.adapter, log: silent, unsent: async () => 0 })
  }
}

const fault = (code: Fault, options: { retryAfter?: number; uncertain?: boolean } = {}): AdapterError =>
  new AdapterError(code, `it is ${code}`, options)

describe('a text', () => {
  test('goes out in chunks with keys of their own; the last alone tells how the turn ended', async () => {
    const chat = new Chat([])
    expect(await new Outbox(chat).handOut(answer(long))).toEqual({ state: 'sent' })
    expect(words(chat.texts)).toBe(long)
    expect(chat.standing.map(({ key }) => key)).toEqual(['k', 'k#2'])
    expect(chat.standing.map(({ reply }) => 'outcome' in reply && 'figures' in reply)).toEqual([false, true])
  })

  test('replaces the draft, and follows it where it is long', async () => {
    const chat = new Chat(['edit'])
    const draft = await chat.adapter.send(address, {
      kind: 'text',
      key: 'd',
      markdown: 'Fir',
      tone: 'answer',
      draft: true,
    })
    await new Outbox(chat).handOut(answer(long), { draft })
    expect(words(chat.texts)).toBe(long)
    expect(chat.standing[0]?.id).toBe(draft.id)
  })

  test.each(['gone', 'unsupported', 'forbidden'] as const)('is sent when its draft is %s', async (code) => {
    const chat = new Chat(['edit'])
    chat.fail('edit', fault(code))
    const outbox = new Outbox(chat)
    expect(await outbox.handOut(answer('short'), { draft: { address, id: 'x' } })).toEqual({ state: 'sent' })
    expect(chat.texts).toEqual(['short'])
  })

  test('waits as long as the platform asks, in place when that is short, else later', async () => {
    const chat = new Chat([])
    chat.fail('send', fault('throttled', { retryAfter: 2000 }))
    expect(await new Outbox(chat).handOut(answer('short'))).toEqual({ state: 'sent' })
    chat.fail('send', fault('throttled', { retryAfter: 70_000 }))
    const later = await new Outbox(chat).handOut({ ...answer('other'), key: 'k2' })
    expect(later).toMatchObject({ state: 'later' })
    expect(later.state === 'later' && later.afterMs).toBeGreaterThanOrEqual(70_000)
  })

  test('is put off for longer each time while the platform is away', async () => {
    const chat = new Chat([])
    chat.fail('send', ...Array.from({ length: 200 }, () => fault('network')))
    const outbox = new Outbox(chat)
    const waits: number[] = []
    for (let n = 0; n < 12; n += 1) {
      const end = await outbox.handOut(answer('short'))
      if (end.state === 'later') waits.push(end.afterMs)
    }
    expect(waits).toHaveLength(12)
    expect(waits.at(0)).toBeLessThan(6000)
    expect(waits.at(-1)).toBeGreaterThan(3 * 60_000)
    expect(waits.at(-1)).toBeLessThan(7 * 60_000)
  })

  test('waits for an operator when the token is refused', async () => {
    const chat = new Chat([])
    chat.fail('send', fault('auth'))
    const errors = vi.spyOn(silent, 'error')
    expect(await new Outbox(chat).handOut(answer('short'))).toMatchObject({
      state: 'later',
      afterMs: 600_000,
    })
    expect(errors).toHaveBeenCalledWith(
      expect.objectContaining({ code: 'auth' }),
      expect.stringContaining('renew'),
    )
  })

  test('that is refused is sent in a simpler form, then told of, then given up with the reason', async () => {
    const chat = new Chat([])
    chat.fail('send', fault('rejected'))
    const outbox = new Outbox(chat)
    expect(await outbox.handOut(answer('# **Bold**\n\n```js\ncode()\n```'))).toEqual({ state: 'sent' })
    expect(chat.texts).toEqual(['Bold\n\ncode()'])
    // Nothing disappears without a word.
    chat.fail('send', fault('rejected'), fault('rejected'))
    expect(await new Outbox(chat).handOut({ ...answer('**x**'), key: 'k2' })).toEqual({ state: 'sent' })
    expect(chat.texts.at(-1)).toMatch(/refused this answer.*\/export/)
    chat.fail('send', fault('rejected'), fault('rejected'), fault('rejected'))
    expect(await new Outbox(chat).handOut({ ...answer('**x**'), key: 'k3' })).toEqual({
      state: 'undeliverable',
      reason: 'rejected: it is rejected',
    })
  })

  test.each(['forbidden', 'gone', 'unsupported'] as const)(
    'is given up where sending is %s',
    async (code) => {
      const chat = new Chat([])
      chat.fail('send', fault(code))
      expect(await new Outbox(chat).handOut(answer('short'))).toEqual({
        state: 'undeliverable',
        reason: `${code}: it is ${code}`,
      })
    },
  )

  test('that nobody understands the failure of is given up at last', async () => {
    const chat = new Chat([])
    chat.fail('send', ...Array.from({ length: 500 }, () => fault('unknown')))
    const outbox = new Outbox(chat)
    expect(await outbox.bring(answer('short'))).toMatchObject({ state: 'undeliverable' })
    expect(outbox.ends).toHaveLength(10)
  })

  test('waits while its adapter is not configured', async () => {
    const replies = createReplies({ adapter: () => undefined, log: silent, unsent: async () => 0 })
    const reply = answer('short')
    const base = { key: 'k', conversation: 'c', address, reply, attempt: 1, parts: [], replaced: [] }
    expect(await replies.deliver({ ...base, delivered: async () => {} })).toMatchObject({ state: 'later' })
  })
})

/** A turn that has shown its first word. */
async function stream(chat: Chat, outbox: Outbox): Promise<void> {
  const envelope = { id: 'i', conversation: 'c', acceptedAt: 0, attempt: 1, died: 0 }
  const message = {
    kind: 'message',
    id: 'i',
    at: 0,
    from: { id: 'u' },
    address,
    direct: true,
    text: '',
  } as const
  const shown = outbox.replies.show({ ...envelope, message }, 'k', async () => {})
  shown.show({ markdown: 'First', tools: [] })
  await vi.advanceTimersByTimeAsync(1)
  expect(chat.streaming).toBe('First')
  expect(await shown.settle()).toBeUndefined()
}

describe('a native stream', () => {
  test('is finished with the whole reply', async () => {
    const chat = new Chat(['stream', 'edit'])
    const outbox = new Outbox(chat)
    await stream(chat, outbox)
    await outbox.handOut(answer(long))
    expect(chat.texts).toEqual([long])
    expect(chat.streaming).toBeUndefined()
  })

  test('that holds the first parts has the rest sent, also when the next one is refused a while', async () => {
    const chat = new Chat(['stream'])
    const outbox = new Outbox(chat)
    await stream(chat, outbox)
    chat.finishes = 1
    chat.fail('send', new AdapterError('throttled', 'slowly', { retryAfter: 30_000 }))
    expect(await outbox.bring(answer(long))).toEqual({ state: 'sent' })
    expect(chat.texts.length).toBeGreaterThan(1)
    expect(words(chat.texts)).toBe(long)
    expect(outbox.parts).toHaveLength(chat.texts.length)
  })

  test('that cannot finish is taken back, and the reply sent', async () => {
    const chat = new Chat(['stream', 'find'])
    const outbox = new Outbox(chat)
    await stream(chat, outbox)
    chat.finishes = false
    await outbox.handOut(answer(long))
    expect(words(chat.texts)).toBe(long)
    expect(chat.streaming).toBeUndefined()
  })

  test('of which the end was not confirmed is looked for', async () => {
    const chat = new Chat(['stream', 'find'])
    const outbox = new Outbox(chat)
    await stream(chat, outbox)
    chat.fail('finish', 'lost answer')
    await outbox.handOut(answer('short'))
    expect(chat.texts).toEqual(['short'])
  })

  test('is taken back when the process ends before the reply is delivered', async () => {
    const chat = new Chat(['stream'])
    const outbox = new Outbox(chat)
    await stream(chat, outbox)
    await outbox.replies.close()
    expect(chat.streaming).toBeUndefined()
  })
})

describe('a prompt', () => {
  const prompt: PromptReply = {
    kind: 'prompt',
    key: 'p',
    prompt: 'p',
    title: 'Run this?',
    markdown: 'rm -rf build',
    choices: [{ id: 'once', label: 'Allow' }],
  }

  test('that is long has its beginning sent before it', async () => {
    const chat = new Chat(['edit'])
    await new Outbox(chat).handOut({ ...prompt, markdown: long })
    expect(words(chat.texts)).toBe(long)
    expect(chat.standing.map(({ reply }) => reply.kind)).toEqual(['text', 'text', 'prompt'])
    // Whoever decides must not take the end for all of it.
    expect(chat.standing.at(-1)?.reply).toMatchObject({ title: '(Part 3 of 3, begins above) Run this?' })
  })

  test('that is settled changes where it stands', async () => {
    const chat = new Chat(['edit'])
    const outbox = new Outbox(chat)
    await outbox.handOut({ ...prompt, markdown: long })
    const settled = { ...prompt, key: 'p/settled', markdown: long, settled: { label: 'Allowed', at: 0 } }
    expect(await new Outbox(chat).handOut(settled, { replaced: outbox.parts })).toEqual({ state: 'sent' })
    expect(words(chat.texts)).toBe(long)
    const title = '(Part 3 of 3, begins above) Run this?'
    expect(chat.standing.at(-1)?.reply).toMatchObject({ title, settled: { label: 'Allowed' } })
  })

  test('that is settled and stands nowhere sends nothing', async () => {
    const chat = new Chat(['edit'])
    const settled = { ...prompt, settled: { label: 'Allowed', at: 0 } }
    expect(await new Outbox(chat).handOut(settled)).toEqual({ state: 'sent' })
    expect(chat.calls).toEqual([])
  })
})

const passing: fc.Arbitrary<Trouble> = fc.oneof(
  fc.constant<Trouble>('lost answer'),
  fc.constant(fault('network')),
  fc.constant(fault('unknown')),
  fc.constant(fault('auth')),
  fc.integer({ min: 0, max: 90_000 }).map((retryAfter) => fault('throttled', { retryAfter })),
)
const abilities = fc.subarray<Ability>(['edit', 'find'])
const troubles = fc.array(fc.tuple(fc.constantFrom('send', 'edit', 'find'), passing), { maxLength: 12 })

test('whatever fails in passing, and however often the process restarts, the text stands once and whole', async () => {
  await fc.assert(
    fc.asyncProperty(abilities, troubles, fc.boolean(), fc.boolean(), async (can, met, drafted, restarts) => {
      const chat = new Chat(can)
      const unfinished: Reply = { kind: 'text', key: 'k/draft', markdown: 'Fir', tone: 'answer', draft: true }
      const draft = drafted && can.includes('edit') ? await chat.adapter.send(address, unfinished) : undefined
      for (const [on, trouble] of met) chat.fail(on, trouble)
      const outbox = new Outbox(chat)
      for (;;) {
        const end = await outbox.handOut(answer(long), draft === undefined ? {} : { draft })
        if (end.state === 'sent') break
        expect(end.state).toBe('later')
        if (restarts) outbox.restart()
        if (end.state === 'later') await vi.advanceTimersByTimeAsync(end.afterMs)
      }
      expect(words(chat.texts)).toBe(long)
    }),
    { numRuns: 200 },
  )
})
