/** People on one machine: what is one's is not the other's. */
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { startRig } from '../rig/bot.ts'
import { describeWith } from '../rig/needs.ts'
import { startProgramRig } from '../rig/program.ts'
import { parley } from '../src/cli/parley.ts'

const bypassing = { permissionMode: 'bypassPermissions' } as const

describeWith('bwrap', 'walls', () => {
  test('what somebody keeps in their workspace is seen by nobody else, and is there after a restart', async () => {
    const rig = await startRig({ sandbox: 'auto', claude: bypassing })
    const { chat, dir } = rig
    await chat.say('ann', '!bash echo heron > diary.txt; pwd')
    const told = await chat.seeEnd('ann', /workspace/)
    const diary = join(/\S+\/workspace/.exec(told.text)?.[0] ?? '', 'diary.txt')
    for (const attempt of [
      `cat ${diary}`,
      `ls ${dirname(diary)} ${dir}/data`,
      String.raw`cat /proc/[0-9]*/environ | tr '\0' '\n' | grep ^HOME=`,
      `echo otter > ${diary}`,
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

test('where several may write and nothing walls them off, the bot does not start, and says both ways out', async () => {
  const { dir, file } = await startProgramRig({ sandbox: 'auto' })
  const env = { PATH: dirname(process.execPath) }
  const { code, err } = await parley(['start', '--config', file], { dir, env })
  expect(code).toBe(1)
  expect(err).toMatch(/Several people would share this machine.*apt install bubblewrap.*`sandbox: none`/s)
})
