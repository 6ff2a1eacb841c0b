import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { en } from '../../../src/words/en.ts'
import { zh } from '../../../src/words/zh.ts'

/** Every text of a catalogue by its path; of one that is a function its source. Empty ones are none. */
function textsIn(node: object, path: string): [string, string][] {
  return Object.entries(node).flatMap(([key, value]): [string, string][] => {
    const here = path === '' ? key : `${path}.${key}`
    if (['format', 'language', 'midTurn.language'].includes(here)) return []
    if (typeof value === 'object' && value !== null) return textsIn(value, here)
    return value === '' ? [] : [[here, String(value)]]
  })
}

const english = new Map(textsIn(en, ''))
const chinese = new Map(textsIn(zh, ''))

/** Nothing in them is a word of a language: only what is typed as it stands. */
const alike = new Set([
  'commands.effort.usage',
  'commands.export.usage',
  'commands.handoff.usage',
  'commands.lang.usage',
  'commands.link.usage',
  'commands.mode.usage',
  'commands.sessions.usage',
  'commands.stop.usage',
  'commands.undo.usage',
  'commands.unlink.usage',
  'commands.unpair.usage',
  'commands.why.usage',
])

test('both languages have the same texts', () => {
  expect([...chinese.keys()].toSorted()).toEqual([...english.keys()].toSorted())
})

test('every text is translated', () => {
  const left = [...chinese].filter(
    ([path, text]) => text === english.get(path) || !/[\p{Script=Han}（）]/u.test(text),
  )
  expect(left.map(([path]) => path).filter((path) => !alike.has(path))).toEqual([])
})

test('what is listed as the same in both is', () => {
  for (const path of alike) expect(chinese.get(path)).toBe(english.get(path))
})

/** Names of commands in a text. */
function typed(text = ''): string[] {
  return (text.match(/(?<![\w/])\/[a-z]+/g) ?? []).toSorted()
}

test('both speak of the same commands', () => {
  for (const [path, text] of chinese) expect([path, typed(text)]).toEqual([path, typed(english.get(path))])
})

test('no text lies there that nobody reads', async () => {
  const folder = new URL('../../../src', import.meta.url).pathname
  const files = (await readdir(folder, { recursive: true })).filter(
    (name) => name.endsWith('.ts') && !/^words\/(?:en|zh)/.test(name),
  )
  const source = (await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))).join('\n')
  const named = new Set(source.match(/[\w-]+/g))
  const unread = [...english.keys()].filter(
    (path) => !path.includes('.arguments.') && !named.has(path.split('.').at(-1) ?? ''),
  )
  expect(unread).toEqual([])
})

test('one is one', () => {
  expect(en.budgets.tooFast(1, 1000)).toContain('1 turn a minute')
  expect(en.commands.queue.noNumber(3, 1)).toContain('1 waits')
})
