/** What the core sends stands in the chat, or fails by a name. */
import { randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { AdapterError } from '../../../src/contract.ts'
import { type OpenRig, person, promptReply, ready, stands, textReply } from './rig.ts'

export function sending(open: OpenRig): void {
  test('stands in the chat, and is named in plain JSON', async () => {
    const rig = await ready(open)
    const sent = await rig.adapter.send(rig.address, textReply('The **answer** is 42.'))
    await stands(rig, /The \*{0,2}answer\*{0,2} is 42\./)
    expect(JSON.parse(JSON.stringify(sent))).toEqual(sent)
    expect(sent.id).not.toBe('')
    expect(sent.address).toEqual(rig.address)
  })

  test('fits the limits that it is measured by', async () => {
    const { adapter, address } = await ready(open)
    expect(adapter.limits.text).toBeGreaterThan(100)
    expect(adapter.limits.editEvery).toBeGreaterThanOrEqual(0)
    expect(adapter.measure('')).toBe(0)
    const words = fc.array(fc.constantFrom('word', '日本', '&', '<b>', '👍', 'x_y'), { maxLength: 30 })
    fc.assert(
      fc.property(words, words, (some, more) => {
        const shorter = adapter.measure(some.join(' '))
        expect(adapter.measure([...some, ...more].join(' '))).toBeGreaterThanOrEqual(shorter)
      }),
    )
    const longest = Math.min(adapter.limits.text, 50_000)
    const text = 'word '.repeat(longest / 5).trim()
    expect(adapter.measure(text)).toBeLessThanOrEqual(longest)
    await adapter.send(address, textReply(text))
  })

  test('is replaced by an edit, or the edit is refused as unsupported', async () => {
    const rig = await ready(open)
    const sent = await rig.adapter.send(rig.address, textReply('the first draft'))
    const edited =
      (await rig.adapter.edit?.(sent, textReply('the second draft')).then(
        () => 'edited',
        (error: unknown) => (error instanceof AdapterError ? error.code : error),
      )) ?? 'unsupported'
    expect(edited).toMatch(/^(edited|unsupported)$/)
    const [stays, goes] = edited === 'edited' ? ['second', 'first'] : ['first', 'second']
    await stands(rig, new RegExp(`the ${stays} draft`))
    expect(await rig.shown()).not.toContain(`the ${goes} draft`)
  })

  test('does no harm, whatever it says', async () => {
    const rig = await ready(open)
    for (const { text } of rig.hostile) {
      await rig.adapter.send(rig.address, textReply(`hostile ${text} end`))
      await rig.adapter.send(rig.address, { ...promptReply(), title: text, markdown: text })
      const stream = rig.adapter.stream?.(rig.address, randomUUID(), person)
      await stream?.show({
        markdown: text,
        tools: [{ id: 'a', name: text, title: text, state: 'done' }],
        status: text,
      })
      await stream?.abandon()
    }
    await rig.adapter.stop()
    for (const { never } of rig.hostile) expect(rig.written()).not.toContain(never)
  })

  test('fails with an AdapterError that names the fault', async () => {
    const rig = await ready(open)
    await rig.breakOff()
    const failure = await rig.adapter.send(rig.address, textReply('lost')).then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(failure).toBeInstanceOf(AdapterError)
    expect(failure).toMatchObject({ code: expect.stringMatching(/^(network|gone|unknown)$/) })
  })
}
