/** README.zh-CN.md is README.md in Chinese: whoever changes one is told what the other lacks. */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

const read = (name: string): Promise<string> =>
  readFile(new URL(`../../${name}`, import.meta.url), 'utf8').then((text) => text.replaceAll('\r', ''))
const [english, chinese] = await Promise.all([read('README.md'), read('README.zh-CN.md')])

const fence = /^```(\w*)\n([^]*?)^```$/gm

/** Comments are in the language of the reader. */
function blocks(text: string): string[] {
  return Array.from(text.matchAll(fence), ([, language, code = '']) =>
    [language, ...code.split('\n').map((line) => line.replace(/\s+#\s.*$/, '').trimEnd())].join('\n'),
  )
}

/** What stands outside of blocks, on one line: a code may go on in the next. */
function prose(text: string): string {
  return text.replaceAll(fence, '').replaceAll(/\n(?!\n)/g, ' ')
}

function codes(text: string): string[] {
  return Array.from(prose(text).matchAll(/`([^`]+)`/g), ([, code = '']) => code.replaceAll(/\s+/g, ' '))
}

function links(text: string): string[] {
  return Array.from(prose(text).matchAll(/\]\(([^)]+)\)/g), ([, target = '']) => target)
}

const headings = (text: string): string[] =>
  Array.from(text.replaceAll(fence, '').matchAll(/^(#+) /gm), ([, level = '']) => level)

/** Of each step of a list: what it has one type, and where it leads. */
function steps(text: string): string[][] {
  const items = text.replaceAll(fence, '').matchAll(/^(\d+)\. (.*(?:\n {2,}.*)*)/gm)
  return Array.from(items, ([, number = '', item = '']) => [
    number,
    ...Array.from(item.matchAll(/`([^`]+)`|<(https?:[^>]+)>/g), ([, code, url]) => code ?? url ?? ''),
  ])
}

const verbs = (text: string): string[] =>
  Array.from(text.matchAll(/^\| `([^`]+)` \|/gm), ([, verb = '']) => verb)

test('the same sections, in the same order', () => {
  expect(headings(chinese)).toEqual(headings(english))
})

test('the same commands and programs', () => {
  expect(blocks(english).length).toBeGreaterThan(3)
  expect(blocks(chinese)).toEqual(blocks(english))
})

test('the same verbs, in the same order', () => {
  expect(verbs(english).length).toBeGreaterThan(5)
  expect(verbs(chinese)).toEqual(verbs(english))
})

test('the same steps, each with the same commands, files and addresses', () => {
  expect(steps(english).length).toBeGreaterThan(6)
  expect(steps(chinese)).toEqual(steps(english))
})

test('every file, key, variable and flag that the one names, and every page that it leads to', () => {
  expect(codes(english).length).toBeGreaterThan(40)
  expect(new Set(codes(chinese))).toEqual(new Set(codes(english)))
  const others = links(english).filter((target) => target !== 'README.zh-CN.md')
  expect(
    links(chinese)
      .filter((target) => target !== 'README.md')
      .toSorted(),
  ).toEqual(others.toSorted())
  expect(links(english)).toContain('README.zh-CN.md')
  expect(links(chinese)).toContain('README.md')
})
