/** Tables as pictures: what is drawn, what is not, and the message around it. */
import * as fc from 'fast-check'
import { expect, onTestFinished, test, vi } from 'vitest'
import { drawingOf } from '../../../adapters/discord/pictures/drawing.ts'
import { painted } from '../../../adapters/discord/pictures/painter.ts'
import { pictured } from '../../../adapters/discord/pictures/pictured.ts'
import { tableAsCode, tableIn } from '../../../adapters/discord/table.ts'
import { shownText } from '../../fakes/discord/world.ts'
import { pngSize } from '../../rig/pictures.ts'
import { promptReply, RecordingBot, textReply } from '../conformance/rig.ts'
import { openDiscord, type Rig } from './rig.ts'

const head = ['| Bird | Where it lives | How many there are |', '|:--|:-:|--:|']
const wide = [...head, '| Grey heron | by rivers and lakes | 1,200 |', '| Egret | by the sea | 7 |']
const table = wide.join('\n')
const log = new RecordingBot().log

test('a wide table is a PNG; a narrow one, and one with characters that the font lacks, are not', async () => {
  const png = await painted(wide)
  const { width, height } = pngSize(png)
  expect(width).toBeGreaterThan(40 * 12)
  expect(height).toBeGreaterThan(3 * 28)
  expect(await painted(['| Bird | n |', '|--|--|', '| Heron | 1 |'])).toBeUndefined()
  for (const odd of ['苍鹭', '🐦', '✅', 'a\u202Eb', 'a\u200Bb', 'a\u0000b'])
    expect(await painted([...wide, `| ${odd} | in the font there is no such thing | 1 |`])).toBeUndefined()
  for (const known of ['Öland', 'Ελλάδα', 'Москва', '½ → ≤ “x”', 'cafe\u0301'])
    expect(await painted([...wide, `| ${known} | everybody can read that | 1 |`])).toBeDefined()
})

test('whatever is in a cell is text: no element, entity or reference of its own, and nothing of it is lost', () => {
  const hostile = fc.array(
    fc.constantFrom('<image href="file:///etc/passwd"/>', '&lt;', '&#10;', ']]>', '"', "'", 'ä', 'word', ' '),
  )
  fc.assert(
    fc.property(hostile, fc.string({ unit: 'grapheme', maxLength: 200 }), (parts, any) => {
      const cell = parts.join('') + any
      const { svg } = drawingOf({ sides: ['left'], rows: [['Head'], [cell]] }) ?? { svg: '' }
      const texts = Array.from(svg.matchAll(/<text x="\d+" y="\d+" text-anchor="start">([^<]*)<\/text>/g))
      const drawn = texts.map(([, text = '']) => text).join('')
      const plain = drawn.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
      expect(plain.replaceAll(/\s/g, '')).toBe(`Head${cell}`.replaceAll(/\s/g, ''))
      expect(
        svg.replaceAll(/<\/?(?:svg|rect|text)[^<>]*>/g, '').replaceAll(/&(?:lt|gt|amp);/g, ''),
      ).not.toMatch(/[<&]/)
    }),
  )
})

test.each([
  ['rows', Array.from({ length: 200 }, () => ['x'])],
  ['columns', [Array.from({ length: 30 }, () => 'x')]],
  ['pixels', Array.from({ length: 90 }, () => Array.from({ length: 20 }, () => 'word '.repeat(20)))],
])('one of too many %s is not drawn', (_, rows) => {
  expect(drawingOf({ sides: rows[0]?.map(() => 'left' as const) ?? [], rows })).toBeUndefined()
})

test('a message of words and tables keeps their order; each picture says what is in it, by a file where that is long', async () => {
  const long = [
    ...wide,
    ...Array.from({ length: 30 }, (_, n) => `| Bird ${n} | in the woods of the north | ${n} |`),
  ]
  const markdown = `before\n\n${table}\n\nbetween\n\n${long.join('\n')}\n\n| a |\n|---|\n| 1 |`
  const message = await pictured({ markdown }, log)
  const cut = expect.stringMatching(/^\| Bird \| Where[^]*…$/)
  expect(message?.components).toEqual([
    { type: 10, content: 'before' },
    { type: 12, items: [{ media: { url: 'attachment://table-1.png' }, description: table }] },
    { type: 10, content: 'between' },
    { type: 12, items: [{ media: { url: 'attachment://table-2.png' }, description: cut }] },
    { type: 13, file: { url: 'attachment://table-2.md' } },
    { type: 10, content: tableAsCode(['| a |', '|---|', '| 1 |']) },
  ])
  expect(message?.files.map(({ name }) => name)).toEqual(['table-1.png', 'table-2.png', 'table-2.md'])
  expect(message?.files[2]?.data.toString()).toBe(`${long.join('\n')}\n`)
  // So many and no more: the rest is text.
  const many = await pictured({ markdown: Array(6).fill(table).join('\n\n') }, log)
  expect(many?.files).toHaveLength(4)
  expect(JSON.stringify(many?.components).split('Grey heron')).toHaveLength(1 + 6)
  expect(await pictured({ markdown: 'no table' }, log)).toBeUndefined()
  expect(tableIn(wide).rows).toHaveLength(3)
})

async function ready(more: object): Promise<Rig & { readonly bot: RecordingBot }> {
  const rig = await openDiscord({ identifyMs: 0 }, more)
  const bot = new RecordingBot()
  await rig.adapter.start(bot, new AbortController().signal)
  onTestFinished(() => rig.adapter.stop())
  return { ...rig, bot }
}

test('by setting alone: drafts, prompts and other bots have text; an answer that is sent again is found', async () => {
  const usual = await ready({})
  await usual.adapter.send(usual.address, textReply(table))
  expect(usual.discord.said(usual.address.channel)).toEqual([tableAsCode(wide)])
  const { discord, adapter, address, another } = await ready({ tables: 'picture', previews: false })
  const draft = await adapter.send(address, textReply(table, { draft: true }))
  await adapter.send(address, { ...promptReply(), markdown: table })
  expect(
    discord.in(address.channel).every(({ files, content }) => files.length === 0 && content !== ''),
  ).toBe(true)
  await adapter.edit?.(draft, textReply(`Here:\n\n${table}`))
  // Once more, as after an answer of Discord's that never came.
  await adapter.edit?.(draft, textReply(`Here:\n\n${table}`))
  const shown = discord.in(address.channel)[0]
  expect(shown).toMatchObject({ content: '', flags: 0x8004, files: [{ name: 'table-1.png' }] })
  if (shown === undefined) throw new Error('nothing stands')
  expect(shownText(shown)).toContain(`Here:\n[picture: ${table}]`)

  // Minutes later nothing but what it says tells.
  const reply = textReply(`There:\n\n${table}`)
  const sent = await adapter.send(address, reply)
  const later = another()
  await later.start(new RecordingBot(), new AbortController().signal)
  onTestFinished(() => later.stop())
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10 * 60_000 })
  onTestFinished(() => void vi.useRealTimers())
  expect(await later.find?.(address, 'another key', reply)).toMatchObject({ id: sent.id })
  expect(await later.find?.(address, 'another key', textReply(`Nowhere:\n\n${table}`))).toBeUndefined()
  expect(discord.calls.filter(({ status }) => status >= 400)).toEqual([])
})
