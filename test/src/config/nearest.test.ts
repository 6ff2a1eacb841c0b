import { expect, test } from 'vitest'
import { nearest } from '../../../src/config/nearest.ts'

const known = ['model', 'maxTurns', 'timeout', 'addDirs', 'env']

test.each([
  ['modle', 'model'],
  ['Model', 'model'],
  ['max_turns', 'maxTurns'],
  ['maxturn', 'maxTurns'],
  ['timout', 'timeout'],
  ['evn', 'env'],
])('%s means %s', (written, meant) => {
  expect(nearest(written, known)).toBe(meant)
})

test.each(['zebra', '', 'x', 'e'.repeat(1_000_000)])('%.10s means none of them', (written) => {
  expect(nearest(written, known)).toBeUndefined()
})
