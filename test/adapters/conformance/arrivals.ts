/** What people write becomes one shape. */
import { expect, test, vi } from 'vitest'
import type { Receipt } from '../../../src/contract.ts'
import { type OpenRig, ready } from './rig.ts'

export function arrivals(open: OpenRig): void {
  test('is the text as it was written, with where it came from, as plain JSON', async () => {
    const rig = await ready(open)
    const texts = ['hello', 'a `code` *word* & <tag> 日本語 👍', 'twice', 'twice']
    for (const [index, text] of texts.entries()) {
      await rig.say(text)
      await rig.bot.arrived(index + 1)
    }
    expect(rig.bot.received.map((inbound) => inbound.kind === 'message' && inbound.text)).toEqual(texts)
    expect(new Set(rig.bot.received.map(({ id }) => id)).size).toBe(texts.length)
    expect(structuredClone(rig.bot.received)).toEqual(JSON.parse(JSON.stringify(rig.bot.received)))
    for (const { at, from, address } of rig.bot.received) {
      expect(Math.abs(Date.now() - at)).toBeLessThan(60_000)
      expect(from.id).not.toBe('')
      expect(address.adapter).toBe(rig.adapter.name)
    }
  })

  test('goes on arriving after one could not be kept', async () => {
    const rig = await ready(open)
    rig.bot.answer = async () => {
      throw new Error('the disk is full')
    }
    await rig.say('lost')
    await rig.bot.arrived(1)
    rig.bot.answer = async () => 'accepted'
    await rig.say('kept')
    await vi.waitFor(() => expect(rig.bot.received.at(-1)).toMatchObject({ kind: 'message', text: 'kept' }))
  })
}

export function redeliveries(open: OpenRig): void {
  test('is acknowledged after it is on disk, and keeps its id when it comes again', async () => {
    const rig = await ready(open)
    const onDisk = Promise.withResolvers<Receipt>()
    rig.bot.answer = () => onDisk.promise
    await rig.say('hello')
    await rig.bot.arrived(1)
    expect(rig.acknowledged?.()).toBe(false)
    onDisk.resolve('accepted')
    await vi.waitFor(() => expect(rig.acknowledged?.()).toBe(true))
    await rig.redeliver?.()
    const [first, second] = await rig.bot.arrived(2)
    expect(second?.id).toBe(first?.id)
  })
}
