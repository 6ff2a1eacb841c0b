/** Server-sent events out of bytes. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ServerEvent, eventsIn } from '../../../src/remote/event-stream.ts'
import { all } from '../../rig/http.ts'

function read(bytes: Uint8Array, cuts: readonly number[] = []): Promise<ServerEvent[]> {
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b)
  async function* chunks(): AsyncGenerator<Uint8Array, void> {
    let at = 0
    for (const end of [...ends, bytes.length]) {
      yield bytes.subarray(at, end)
      at = end
    }
  }
  return all(eventsIn(chunks()))
}

test('heartbeats are nothing; lines of data are joined; a carriage return is part of a line end', async () => {
  const text =
    ': still here\n\nid: 7\nevent: message\ndata: {"delta":\ndata: "x"}\n\nevent:status\r\ndata:y\r\n\r\n'
  expect(await read(Buffer.from(text))).toEqual([
    { id: '7', type: 'message', data: '{"delta":\n"x"}' },
    { type: 'status', data: 'y' },
  ])
})

test('wherever the bytes are cut, the events are the same, and what has no end is none', async () => {
  const event = fc.record({
    id: fc.nat(),
    type: fc.constantFrom('message', 'error'),
    data: fc.string({ unit: 'binary' }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(event), fc.array(fc.nat()), async (events, cuts) => {
      const sent = events.map((each) => ({ ...each, id: String(each.id), data: JSON.stringify(each.data) }))
      const text = sent.map(({ id, type, data }) => `id: ${id}\nevent: ${type}\ndata: ${data}\n\n`).join('')
      expect(await read(Buffer.from(`${text}data: half`), cuts)).toEqual(sent)
    }),
  )
})
