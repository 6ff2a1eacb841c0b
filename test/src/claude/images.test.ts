/** Pictures beside a user's text, on the real CLI: the model sees them, and the text stays as harmless as without. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Session, TurnResult } from '../../../src/claude/turn.ts'
import { type Format, picture } from '../../rig/pictures.ts'
import { follow, startRig } from './rig.ts'

const secret = 'SECRET-41c9'
const formats: readonly Format[] = ['png', 'gif', 'webp', 'jpeg']

async function show(session: Session, text: string, ...shown: readonly Format[]): Promise<TurnResult> {
  const images = shown.map((format) => ({
    mime: `image/${format}` as const,
    data: picture(format).toString('base64'),
  }))
  return (await follow(session.ask(text, images))).result
}

test.each(formats)('a %s reaches the model, behind the words', async (format) => {
  const { open, standIn } = await startRig()
  const result = await show(await open(), '!say I see it', format)
  expect(result).toMatchObject({ text: 'I see it' })
  expect(result.fault).toBeUndefined()
  const body = JSON.stringify(standIn.requests.at(-1)?.body)
  expect(body).toContain(`"media_type":"image/${format}"`)
  expect(body.indexOf('!say I see it')).toBeLessThan(body.indexOf('"type":"image"'))
})

test('a reference to a file is words, with one picture and with two', async () => {
  const { open, dir, workspace, standIn } = await startRig()
  await mkdir(join(workspace, 'folder'))
  await writeFile(join(workspace, 'notes.txt'), secret)
  await writeFile(join(workspace, 'folder', secret), '')
  await writeFile(join(dir, 'home', 'notes.txt'), secret)
  const session = await open()
  const references = ['@notes.txt', 'read @notes.txt please', '@/etc/passwd', '@folder/', '@~/notes.txt']
  for (const reference of references) {
    await show(session, reference, 'png')
    await show(session, reference, 'png', 'jpeg')
  }
  const texts = standIn.requests.map(({ body }) => JSON.stringify(body)).join()
  for (const trace of [secret, 'root:x:0']) expect(texts).not.toContain(trace)
  for (const reference of references) expect(texts).toContain(reference)
})

test.each(['/context', '/clear', '/config verbose=true', '/no-such-command'])(
  '%j is only words beside a picture',
  async (text) => {
    const { open, standIn } = await startRig()
    const session = await open()
    await show(session, 'hello')
    const { id } = session
    const result = await show(session, text, 'png')
    expect(result).toMatchObject({ sessionId: id })
    expect(result.fault).toBeUndefined()
    expect(JSON.stringify(standIn.requests.at(-1)?.body)).toContain(text)
  },
)
