/** Two nodes on one Redis, looked at, backed up and verified by whoever runs them. */
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { startProgramRig } from '../rig/program.ts'
import { describeWith } from '../rig/needs.ts'
import { parley } from '../src/cli/parley.ts'
import { startRedis } from '../rig/redis.ts'

/** Of the nodes that have started. */
async function sockets(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('attach.sock'))
}

describeWith('redis-server', 'whoever runs several nodes', () => {
  test('status tells of each, the audit logs of all are verified, a backup has what is not in Redis', async () => {
    const redis = await startRedis({
      password: 'secret-word',
      flags: ['--maxmemory-policy', 'noeviction', '--appendonly', 'yes'],
    })
    const url = `redis://:secret-word@127.0.0.1:${redis.port}`
    const { dir, chat, config, file, start } = await startProgramRig({ store: { url }, queue: { url } })
    const one = start()
    await chat.say('ann', '!say first')
    await chat.seeEnd('ann', /^first$/)
    // It takes the chat's only connection over.
    const two = start()
    await vi.waitFor(async () => expect(await sockets(join(dir, 'data/nodes'))).toHaveLength(2), {
      timeout: 20_000,
      interval: 50,
    })
    await chat.say('ann', '!say here')
    await chat.seeEnd('ann', /^here$/)

    const args = ['--config', file]
    const states = await parley(['status', '--json', ...args], { dir })
    expect(states.code).toBe(0)
    const pids = states.out
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line).pid)
    expect(new Set(pids)).toEqual(new Set([one.child.pid, two.child.pid]))
    const verified = await parley(['audit', 'verify', ...args], { dir })
    expect(verified).toMatchObject({ code: 0, err: '' })
    expect(verified.out.match(/nodes\/\S+\/audit\.jsonl is whole/g)).toHaveLength(2)
    const [, head = ''] = /ending in ([0-9a-f]{64})\n$/.exec(verified.out) ?? []
    expect(await parley(['audit', 'verify', '--head', head, ...args], { dir })).toMatchObject({ code: 0 })
    const other = await parley(['audit', 'verify', '--head', '0'.repeat(64), ...args], { dir })
    expect(other).toMatchObject({ code: 2, err: expect.stringContaining('None of these logs') })

    const looked = await parley(['doctor', ...args], {
      dir,
      env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:9' },
    })
    expect(looked.out).toMatch(/✓ Redis [\d.]+ answers at redis:\S+ \(store\.url and queue\.url\)/)
    expect(looked.out).not.toContain('secret-word')

    const backup = join(dir, 'backup')
    const taken = await parley(['backup', backup, ...args], { dir })
    expect(taken).toMatchObject({ code: 0, err: '' })
    expect(taken.out).toMatch(
      /queue and records in Redis \(redis:\/\/127\.0\.0\.1:\d+\): redis-cli --rdb FILE, right before/,
    )
    const content = await readdir(join(backup, 'data'), { recursive: true })
    expect(content.filter((path) => path.endsWith('audit.jsonl'))).toHaveLength(2)
    expect(content.filter((path) => /lock|\.sock/.test(path))).toEqual([])
    expect(content.some((path) => /users\/[^/]+\/claude\/projects\/.*\.jsonl$/.test(path))).toBe(true)

    // While one of them runs, nothing is put back.
    expect(await one.end()).toBe(0)
    const busy = await parley(['restore', backup, '--replace', ...args], { dir })
    expect(busy).toMatchObject({ code: 1, err: expect.stringMatching(/already uses[^]*locked/) })
    expect(await two.end()).toBe(0)
    const elsewhere = join(dir, 'elsewhere.yaml')
    await writeFile(elsewhere, JSON.stringify({ ...config, dataDir: join(dir, 'elsewhere') }))
    expect(await parley(['restore', backup, '--config', elsewhere], { dir })).toMatchObject({
      code: 0,
      err: '',
    })
    const again = await parley(['audit', 'verify', '--config', elsewhere], { dir })
    expect(again.out.match(/is whole/g)).toHaveLength(2)
    expect((await parley(['status', ...args], { dir })).code).toBe(3)
  })
})
