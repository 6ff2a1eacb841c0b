/** It starts, and it stops. */
import { expect, test } from 'vitest'
import { AdapterError } from '../../../src/contract.ts'
import { type OpenRig, ready, RecordingBot, textReply } from './rig.ts'

export function life(open: OpenRig): void {
  test('it stops twice, and writes nothing afterwards', async () => {
    const rig = await ready(open)
    await rig.adapter.send(rig.address, textReply('before the end'))
    await rig.adapter.stop()
    await rig.adapter.stop()
    const written = rig.written()
    await rig.say('is anybody there?')
    // Thrown, so that the core keeps the reply for the next start.
    await expect(rig.adapter.send(rig.address, textReply('after the end'))).rejects.toThrow(AdapterError)
    expect(rig.written()).toBe(written)
    expect(rig.bot.received).toEqual([])
  })

  test('it does not start under a signal that is aborted', async () => {
    const rig = await open()
    await expect(rig.adapter.start(new RecordingBot(), AbortSignal.abort())).rejects.toThrow(/abort/i)
    await rig.adapter.stop()
  })

  test('it may be aborted while it starts', async () => {
    const rig = await open()
    const signal = new AbortController()
    const starting = rig.adapter.start(new RecordingBot(), signal.signal)
    signal.abort()
    await Promise.allSettled([starting])
    await rig.adapter.stop()
    const written = rig.written()
    await rig.say('is anybody there?')
    expect(rig.written()).toBe(written)
  })

  test('aborting the signal stops it', async () => {
    const rig = await ready(open)
    rig.signal.abort()
    await rig.adapter.stop()
    await rig.say('is anybody there?')
    expect(rig.bot.received).toEqual([])
  })
}
