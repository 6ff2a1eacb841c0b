/** People on one machine: what is one's is not the other's. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startRig } from '../rig/bot.ts'
import { describeWith } from '../rig/needs.ts'
import { startProgramRig } from '../rig/program.ts'
import { parley } from '../src/cli/parley.ts'

const bypassing = { permissionMode: 'bypassPermissions' } as const

describeWith('bwrap', 'walls', () => {
  describeWith('socat', 'around the network, too', () => {
    test('what somebody keeps in their workspace is seen by nobody else, and is there after a restart', async () => {
      const redis = createServer((socket) => socket.end('heron')).listen(0, '127.0.0.1')
      await once(redis, 'listening')
      onTestFinished(() => void redis.close())
      const address = redis.address()
      const port = typeof address === 'object' ? address?.port : 0
      const walls = { network: [], fileSize: '64MB', memory: '8GB' }
      const rig = await startRig({ sandbox: 'auto', walls, claude: bypassing })
      const { chat, dir } = rig
      await chat.say('ann', '!bash echo heron > diary.txt; pwd')
      const told = await chat.seeEnd('ann', /workspace/)
      const diary = join(/\S+\/workspace/.exec(told.text)?.[0] ?? '', 'diary.txt')
      for (const attempt of [
        `cat ${diary}`,
        `ls ${dirname(diary)} ${dir}/data`,
        String.raw`cat /proc/[0-9]*/environ | tr '\0' '\n' | grep ^HOME=`,
        `echo otter > ${diary}`,
        `exec 3<>/dev/tcp/127.0.0.1/${port} && cat <&3`,
      ]) {
        await chat.say('bob', `!bash ${attempt}; echo tried ${attempt.length}`)
        const { text } = await chat.seeEnd('bob', new RegExp(`^tried ${attempt.length}$`, 'm'))
        expect(text.replaceAll(diary, '')).not.toMatch(/heron|diary|^HOME=.*ann/m)
      }
      await rig.restart()
      await chat.say('ann', '!bash cat diary.txt')
      await chat.seeEnd('ann', /heron/)
    })
  })
})

test('what takes walls is refused where there are to be none', async () => {
  const { dir, file } = await startProgramRig({ sandbox: 'none', walls: { network: [] } })
  const { code, err } = await parley(['start', '--config', file], { dir, env: { PATH: '/usr/bin:/bin' } })
  expect(code).toBe(1)
  expect(err).toMatch(/`walls` in the config needs walls/)
})

test('where several may write and nothing walls them off, the bot does not start, and says both ways out', async () => {
  const { dir, file } = await startProgramRig({ sandbox: 'auto' })
  const env = { PATH: dirname(process.execPath) }
  const { code, err } = await parley(['start', '--config', file], { dir, env })
  expect(code).toBe(1)
  expect(err).toMatch(/Several people would share this machine.*apt install bubblewrap.*`sandbox: none`/s)
})
