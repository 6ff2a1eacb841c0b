/** A turn shown natively while it runs. */
import { expect, test } from 'vitest'
import { type OpenRig, ready, stands, streamOf, textReply } from './rig.ts'

export function streams(open: OpenRig): void {
  test('shows the turn, and ends with the whole text exactly once', async () => {
    const rig = await ready(open)
    const stream = streamOf(rig)
    const paragraphs = Array.from({ length: 30 }, (_, index) => `Paragraph number ${index} of the answer.`)
    const whole = paragraphs.join('\n\n')
    for (let end = 0; end < whole.length; end += 40) {
      await stream.show({ markdown: whole.slice(0, end), tools: [] })
    }
    await stands(rig, /Paragraph number 5 of/)
    expect(await stream.finish(textReply(whole, { outcome: 'answered' }))).toBe(true)
    const shown = await rig.shown()
    expect(shown.match(/Paragraph number \d+ of the answer\./g)).toEqual(paragraphs)
  })

  test('starts over when the text does', async () => {
    const rig = await ready(open)
    const stream = streamOf(rig)
    await stream.show({ markdown: 'One.\n\nTwo.\n\nThree', tools: [] })
    await stream.show({ markdown: 'Other', tools: [] })
    await stream.finish(textReply('Other words.\n\nAltogether.', { outcome: 'answered' }))
    expect(await rig.shown()).toMatch(/Other words\.\s+Altogether\./)
  })

  test('is abandoned without a fault, even when the platform has gone', async () => {
    const rig = await ready(open)
    const stream = streamOf(rig)
    await stream.show({ markdown: 'half an ans', tools: [] })
    await rig.breakOff()
    await expect(stream.abandon()).resolves.toBeUndefined()
  })
}
