import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Address, Attachment, Message } from '../../../src/contract.ts'
import { asOne, continues, follows, isOfFilesAlone, together } from '../../../src/conversation/burst.ts'
import type { Envelope } from '../../../src/queue/port.ts'

const address: Address = { adapter: 'slack', tenant: 'T', channel: 'C' }

function said(changes: Partial<Message> = {}): Message {
  const base = { kind: 'message', id: 'm', at: 0, from: { id: 'ann' }, direct: true, text: 'x' } as const
  return { ...base, address, ...changes }
}

function envelope(message: Message, id = 'e'): Envelope {
  return { id, conversation: 'c', message, acceptedAt: 0, attempt: 1, died: 0 }
}

const anAddress = fc.record(
  {
    adapter: fc.constantFrom('slack', 'lark'),
    channel: fc.constantFrom('C', 'D'),
    tenant: fc.constantFrom('T', 'U'),
    thread: fc.constantFrom('1', '2'),
  },
  { requiredKeys: ['adapter', 'channel'] },
)
const aMessage = fc
  .record({
    address: anAddress,
    from: fc.record({ id: fc.constantFrom('ann', 'bob') }),
    at: fc.integer({ min: 0, max: 5000 }),
    text: fc.string(),
    attachments: fc.array(fc.record({ id: fc.string(), name: fc.string() }), { maxLength: 3 }),
  })
  .map(said)

test('together is of one person in one place, whichever is asked about the other', () => {
  fc.assert(
    fc.property(aMessage, aMessage, (one, other) => {
      const same =
        one.from.id === other.from.id &&
        (['adapter', 'tenant', 'channel', 'thread'] as const).every(
          (key) => one.address[key] === other.address[key],
        )
      expect(together(one, other)).toBe(same)
      expect(together(other, one)).toBe(same)
    }),
  )
})

test('nothing follows what came after it, nor what was written elsewhere or long before, nor anything where there are no bursts', () => {
  fc.assert(
    fc.property(aMessage, aMessage, fc.integer({ min: 0, max: 3000 }), (before, after, burst) => {
      const apart = after.at - before.at
      expect(follows(before, after, burst)).toBe(together(before, after) && apart >= 0 && apart < burst)
      expect(follows(before, after, 0)).toBe(false)
    }),
  )
})

test.each([
  ['at once', 0, true],
  ['just in time', 1499, true],
  ['too late', 1500, false],
  ['by the platform’s clock before it', -1, false],
])('what comes %s', (_when, apart, expected) => {
  expect(follows(said({ at: 10_000 }), said({ at: 10_000 + apart }), 1500)).toBe(expected)
})

test('as one they say all that each said, in order, and bring all that each brought; the first gives its name', () => {
  const messages = fc.array(aMessage, { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(messages, (said) => {
      const [head, ...rest] = said.map((message, index) => envelope(message, `e${index}`))
      if (head === undefined) return
      const { id, message } = asOne([head, ...rest])
      expect(id).toBe('e0')
      const files = said.flatMap(({ attachments = [] }): readonly Attachment[] => attachments)
      expect(message.attachments ?? []).toEqual(files)
      const texts = said.map(({ text }) => text)
      expect(message.text).toBe(
        rest.length === 0 ? texts[0] : texts.filter((text) => text !== '').join('\n\n'),
      )
    }),
  )
})

test.each([
  ['', [{ id: 'f', name: 'f' }], true],
  [' \n', [{ id: 'f', name: 'f' }], true],
  ['look', [{ id: 'f', name: 'f' }], false],
  ['', [], false],
  ['', undefined, false],
])('files alone: %j with %j', (text, attachments, expected) => {
  expect(isOfFilesAlone(said({ text, ...(attachments === undefined ? {} : { attachments }) }))).toBe(expected)
})

/** Somebody who writes every `everyMs`, for as long as it counts as one burst: how many messages are in it. */
function burstOf(everyMs: number, burstMs: number): number {
  const burst: [Envelope, ...Envelope[]] = [envelope(said(), 'e0')]
  for (let n = 1; n < 1000; n++) {
    const next = said({ at: n * everyMs })
    if (!continues(burst, next, burstMs)) break
    burst.push(envelope(next, `e${n}`))
  }
  return burst.length
}

test.each([
  ['with every pause just short of its end', 1499, 1500, 5],
  ['as fast as can be', 0, 1500, 100],
  ['where there are no bursts', 0, 0, 1],
])('a burst ends while somebody keeps writing, %s', (_how, everyMs, burstMs, expected) => {
  expect(burstOf(everyMs, burstMs)).toBe(expected)
})
