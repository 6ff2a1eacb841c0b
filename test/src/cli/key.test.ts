/** `parley key`: the hash that it prints is that of the key that it prints. */
import { createHash } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { settings } from '../../../adapters/http/settings.ts'
import { key } from '../../../src/cli/key.ts'

test('a key and its line for the config belong together, and no two are the same', () => {
  const written: string[] = []
  const take = (text: string | Uint8Array): boolean => written.push(String(text)) > 0
  using _out = vi.spyOn(process.stdout, 'write').mockImplementation(take)
  using _err = vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
  expect([key('me'), key('me')]).toEqual([0, 0])
  const [secret = '', line = '', other] = written
  const hash = createHash('sha256').update(secret.trim()).digest('hex')
  expect(line).toBe(`me: { key: 'sha256:${hash}', scope: chat }\n`)
  expect(other).not.toBe(secret)
  const { apiKeys } = settings.schema.parse({ apiKeys: { me: { key: `sha256:${hash}` } } })
  expect(apiKeys).toEqual({ me: { key: `sha256:${hash}`, scope: 'chat' } })
})
