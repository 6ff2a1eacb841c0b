/** Files for people. Left out for adapters whose limits have no room for any. */
import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { AdapterError, type FileReply } from '../../../src/contract.ts'
import { testDir } from '../../rig/dir.ts'
import { type OpenRig, ready, stands } from './rig.ts'

export function files(open: OpenRig): void {
  test('stands in the chat under its name, with its caption, and is named in plain JSON', async () => {
    const rig = await ready(open)
    expect(rig.adapter.limits.fileBytes).toBeGreaterThan(0)
    const sent = await rig.adapter.send(rig.address, await fileReply())
    await stands(rig, /figures 日本\.csv/)
    await stands(rig, /the figures/)
    expect(JSON.parse(JSON.stringify(sent))).toEqual(sent)
    expect(sent.id).not.toBe('')
  })

  test('does no harm by its name or its caption', async () => {
    const rig = await ready(open)
    for (const { text } of rig.hostile) {
      await rig.adapter.send(rig.address, { ...(await fileReply()), name: text, caption: text })
    }
    await rig.adapter.stop()
    for (const { never } of rig.hostile) expect(rig.written()).not.toContain(never)
  })

  test('fails with an AdapterError when the platform is out of reach', async () => {
    const rig = await ready(open)
    await rig.breakOff()
    await expect(rig.adapter.send(rig.address, await fileReply())).rejects.toThrow(AdapterError)
  })
}

async function fileReply(): Promise<FileReply> {
  const path = join(await testDir(), 'figures 日本.csv')
  const content = 'a,b\n1,2\n'
  await writeFile(path, content)
  const name = 'figures 日本.csv'
  return { kind: 'file', key: randomUUID(), path, name, bytes: content.length, caption: 'the figures' }
}
