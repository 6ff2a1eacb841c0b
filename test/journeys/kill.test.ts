import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startStandIn } from '../../src/demo/stand-in.ts'
import { type FakeChat, isFinal, openFakeChat } from '../fakes/scripted/fake-chat.ts'
import { rigConfig } from '../rig/bot.ts'
import { testDir } from '../rig/dir.ts'
import { type Program, runParley } from '../rig/program.ts'

interface Killable {
  readonly chat: FakeChat
  readonly start: () => Program
  readonly kill: (program: Program) => Promise<void>
}

async function killable(can: readonly string[]): Promise<Killable> {
  const dir = await testDir('kill-')
  const model = await startStandIn()
  onTestFinished(() => model.close())
  const socket = join(dir, 'chat.sock')
  const chat = await openFakeChat(socket)
  const config = rigConfig({ dir, socket, modelUrl: model.url, chatOptions: { can } })
  await writeFile(join(dir, 'config.yaml'), JSON.stringify(config))
  return {
    chat,
    start: () => runParley(['start', '--config', 'config.yaml'], dir),
    kill: async (program) => {
      program.child.kill('SIGKILL')
      await program.ended()
    },
  }
}

const ways: readonly [string, readonly string[]][] = [
  ['streams natively', ['edit', 'stream', 'find']],
  ['posts and edits', ['edit', 'find']],
  ['only sends', ['find']],
]

test.each(ways)(
  'kill -9 before, during and after a turn: each message answered once, with the memory kept (a chat that %s)',
  async (_name, can) => {
    const { chat, start, kill } = await killable(can)
    const before = start()
    await chat.say('ann', '!say one')
    await kill(before)

    const during = start()
    await chat.seeEnd('ann', /^one$/)
    await chat.say('ann', '!slow 2 20')
    await chat.until(() => (can.includes('edit') ? chat.in('ann')[1] : chat.in('ann')[0]))
    await kill(during)

    const after = start()
    await chat.until(() => chat.in('ann').filter(isFinal)[1])
    await kill(after)

    const last = start()
    await chat.say('ann', '!recall')
    const recalled = await chat.seeEnd('ann', /!say one/)
    expect(recalled.text).toMatch(/!slow 2/)
    expect(chat.in('ann').filter(isFinal)).toHaveLength(3)
    expect(chat.in('ann').filter((shown) => !isFinal(shown))).toEqual([])
    last.child.kill('SIGTERM')
    expect(await last.ended()).toBe(0)
  },
)

test('kill -9 at arbitrary moments under load: every accepted message has one final answer, in order', async () => {
  const { chat, start, kill } = await killable(['edit', 'find'])
  const users = ['ann', 'bob', 'cem']
  const rounds = 4
  let program = start()
  for (let round = 0; round < rounds; round++) {
    const accepted = users.map((user) => chat.say(user, `!say ${user} ${round}`))
    // The moment differs by round: as soon as one, two or all are accepted.
    await Promise.all(accepted.slice(0, round))
    await kill(program)
    program = start()
    await Promise.all(accepted)
  }
  for (const user of users) {
    await chat.until(() => (chat.in(user).filter(isFinal).length >= rounds ? true : undefined))
    const expected = Array.from({ length: rounds }, (_, round) => `${user} ${round}`)
    expect(chat.in(user).map(({ text }) => text)).toEqual(expected)
  }
  program.child.kill('SIGTERM')
  expect(await program.ended()).toBe(0)
})
