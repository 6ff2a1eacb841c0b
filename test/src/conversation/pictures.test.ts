/** Which pictures of a text may lie in the user's folder. */
import { expect, test } from 'vitest'
import { picturesNamed } from '../../../src/conversation/pictures.ts'

test.each([
  ['![a](chart.png)', ['chart.png']],
  ['![a](<chart.png> "title") and ![](out/b.JPG)', ['chart.png', 'out/b.JPG']],
  ['![a](my%20chart.png) ![b](50%.png)', ['my chart.png', '50%.png']],
  ['![a](chart.png) ![again](chart.png)', ['chart.png']],
  ['![a](https://example.org/x.png) ![b](data:image/png,x.png) ![c](//host/x.png) ![d](FILE:/x.png)', []],
  ['[a](chart.png) ![b](notes.txt) ![c](#x) !\\[d](', []],
])('%s', (markdown, paths) => {
  expect(picturesNamed(markdown).map(({ path }) => path)).toEqual(paths)
})
