import { join } from 'node:path'
import { expect, test } from 'vitest'
import { verifyAudit } from '../../src/audit/audit.ts'
import { isFinal } from '../fakes/scripted/fake-chat.ts'
import { startProgramRig } from '../rig/program.ts'

const ways: readonly [string, readonly string[]][] = [
  ['streams natively', ['edit', 'stream', 'find']],
  ['posts and edits', ['edit', 'find']],
  ['only sends', ['find']],
]

test.each(ways)(
  'kill -9 before, during and after a turn: each message answered once, with the memory kept (a chat that %s)',
  async (_name, can) => {
    const { chat, start } = await startProgramRig({}, { can })
    const before = start()
    await chat.say('ann', '!say one')
    await before.kill()

    const during = start()
    await chat.seeEnd('ann', /^one$/)
    await chat.say('ann', '!slow 2 20')
    await chat.until(() => (can.includes('edit') ? chat.in('ann')[1] : chat.in('ann')[0]))
    await during.kill()

    const after = start()
    await chat.until(() => chat.in('ann').filter(isFinal)[1])
    await after.kill()

    const last = start()
    await chat.say('ann', '!recall')
    const recalled = await chat.seeEnd('ann', /!say one/)
    expect(recalled.text).toMatch(/!slow 2/)
    expect(chat.in('ann').filter(isFinal)).toHaveLength(3)
    expect(chat.in('ann').filter((shown) => !isFinal(shown))).toEqual([])
    expect(await last.end()).toBe(0)
  },
)

test('kill -9 at arbitrary moments under load: every accepted message has one final answer, in order', async () => {
  const { chat, start } = await startProgramRig({}, { can: ['edit', 'find'] })
  const users = ['ann', 'bob', 'cem']
  const rounds = 4
  let program = start()
  for (let round = 0; round < rounds; round++) {
    const accepted = users.map((user) => chat.say(user, `!say ${user} ${round}`))
    // The moment differs by round: as soon as one, two or all are accepted.
    await Promise.all(accepted.slice(0, round))
    await program.kill()
    program = start()
    await Promise.all(accepted)
  }
  for (const user of users) {
    await chat.until(() => (chat.in(user).filter(isFinal).length >= rounds ? true : undefined))
    const expected = Array.from({ length: rounds }, (_, round) => `${user} ${round}`)
    expect(
      chat
        .in(user)
        .filter(isFinal)
        .map(({ text }) => text),
    ).toEqual(expected)
  }
  expect(await program.end()).toBe(0)
})

test.each(ways)(
  'kill -9 while an approval is pending: its button still works, pressed before or after the next start (a chat that %s)',
  async (_name, can) => {
    const { chat, dir, start } = await startProgramRig({}, { can })
    const first = start()
    await chat.say('ann', '!bash touch made-once && echo made >> count.txt')
    await chat.say('bob', '!write b.txt yes')
    const [ann, bob] = [await chat.seePrompt('ann'), await chat.seePrompt('bob')]
    await first.kill()
    const pressed = chat.press('bob', bob, 'once')

    const second = start()
    expect(await pressed).toBe('accepted')
    expect(await chat.press('ann', ann, 'once')).toBe('accepted')
    await chat.seeEnd('ann', /made-once/)
    await chat.seeEnd('bob', /b\.txt/)
    await second.kill()

    const last = start()
    await chat.say('ann', '!bash cat count.txt')
    expect((await chat.seeEnd('ann', /`cat count\.txt` gave/)).text).toMatch(/```\nmade\n```/)
    for (const user of ['ann', 'bob']) {
      const prompts = chat.in(user).filter(({ reply }) => reply.kind === 'prompt')
      expect(prompts.map(({ reply }) => reply.kind === 'prompt' && reply.settled?.label)).toEqual([
        // Where nothing can be edited the buttons stand; they do nothing any more.
        can.includes('edit') ? 'Allow once' : undefined,
      ])
    }
    expect(chat.in('ann').filter(isFinal)).toHaveLength(2)
    expect(chat.in('bob').filter(isFinal)).toHaveLength(1)
    expect(await last.end()).toBe(0)
    expect(await verifyAudit(join(dir, 'data/audit.jsonl'))).toMatchObject({ lines: 3 })
  },
)
