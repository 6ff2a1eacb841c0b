import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { openBullQueue } from '../../../src/queue/bull/bull.ts'
import { describeWith } from '../../rig/needs.ts'
import { launchRedis } from '../../rig/redis.ts'
import { queueContract } from './contract.ts'

describeWith('redis-server', 'the queue on Redis', () => {
  let redis: Awaited<ReturnType<typeof launchRedis>>
  beforeAll(async () => {
    const dir = await mkdtemp(join(process.env.PARLEY_TEST_DIR ?? '', 'redis-'))
    redis = await launchRedis({ keeps: dir, flags: ['--appendfsync', 'everysec'] })
  })
  afterAll(() => redis.end())

  queueContract('BullMQ', (place, log) => openBullQueue({ url: redis.url, log, prefix: place }))
})
