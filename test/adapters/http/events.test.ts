/** What programs are told of a turn: whole, in order, and cheap for whoever reads slowly. */
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { connect } from 'node:net'
import fc from 'fast-check'
import fastify from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { EventLog } from '../../../adapters/http/event-log.ts'
import { Narrator } from '../../../adapters/http/narrator.ts'
import { sendEvents } from '../../../adapters/http/sse.ts'
import type { TurnStep } from '../../../src/contract.ts'
import { all, textOf } from '../../rig/http.ts'

/** A block of text as the CLI tells of it: some of it beforehand, perhaps begun anew, perhaps not the same in the end. */
const block = fc.record({
  previews: fc.array(fc.array(fc.string({ minLength: 1 }), { maxLength: 4 }), { minLength: 1, maxLength: 3 }),
  other: fc.option(fc.string({ minLength: 1 })),
})

test('however a text comes, the deltas add up to its blocks', () => {
  fc.assert(
    fc.property(fc.array(block, { maxLength: 6 }), (blocks) => {
      const steps: TurnStep[] = []
      const whole: string[] = []
      for (const { previews, other } of blocks) {
        for (const [index, deltas] of previews.entries()) {
          if (index > 0) steps.push({ type: 'text-void' })
          for (const delta of deltas) steps.push({ type: 'text', delta })
        }
        const text = other ?? previews.at(-1)?.join('') ?? ''
        steps.push({ type: 'text-block', text })
        if (text !== '') whole.push(text)
      }
      const narrator = new Narrator()
      const events = steps.flatMap((step) =>
        narrator.tell(step).map(({ type, data }) => ({ id: 0, type, data: { ...data } })),
      )
      expect(textOf(events)).toBe(whole.join('\n\n'))
    }),
  )
})

test('a reader takes up after any event; what is far behind is forgotten, and the end is not', async () => {
  const log = new EventLog()
  const never = new AbortController().signal
  log.push('a', { n: 1 })
  const early = all(log.after(0, never))
  const from = log.last
  for (let n = 0; n < 5; n++) log.push('b', { text: 'x'.repeat(1024 * 1024) })
  log.push('end', {})
  log.end()
  log.push('late', {})
  expect((await early).at(-1)?.type).toBe('end')
  const late = await all(log.after(from, never))
  expect(late.map(({ type }) => type)).toEqual(['b', 'b', 'b', 'end'])
  const gone = new AbortController()
  const waiting = all(new EventLog().after(0, gone.signal))
  gone.abort()
  expect(await waiting).toEqual([])
})

test('whoever never reads costs one event of memory, however much comes, and delays nobody', async () => {
  const never = new AbortController()
  const log = new EventLog()
  const sockets: ServerResponse[] = []
  const app = fastify({ forceCloseConnections: true })
  app.get('/', async (_request, reply) => {
    sockets.push(reply.raw)
    await sendEvents(reply, (signal) => log.after(0, signal), never.signal)
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => app.close())
  const deaf = connect(Number(new URL(url).port), '127.0.0.1')
  onTestFinished(() => void deaf.destroy())
  deaf.pause()
  await once(deaf, 'connect')
  deaf.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n')
  await expect.poll(() => sockets.length).toBe(1)
  const { body } = await fetch(url)
  if (body === null) throw new Error('the answer has no body')
  const reader = body.getReader()
  const text = 'x'.repeat(256 * 1024)
  let read = 0
  for (let n = 0; n < 128; n++) {
    log.push('b', { n, text })
    // The other one has each before the next is told.
    for (const end = (n + 1) * text.length; read < end;) read += (await reader.read()).value?.length ?? 0
  }
  const [behind] = sockets
  expect(behind?.writableNeedDrain).toBe(true)
  expect(behind?.writableLength).toBeLessThan(2 * text.length)
  expect(log.since(0).length).toBeLessThan(20)
  never.abort()
})
