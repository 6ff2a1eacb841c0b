/** What the operator lets Claude do for whom, on the real CLI: modes and what people allowed do not get past it. */
import { expect, test } from 'vitest'
import type { PromptReply } from '../../src/contract.ts'
import type { FakeChat } from '../fakes/scripted/fake-chat.ts'
import { startRig } from '../rig/bot.ts'

function prompts(chat: FakeChat, channel: string): PromptReply[] {
  return chat.in(channel).flatMap(({ reply }) => (reply.kind === 'prompt' ? [reply] : []))
}

function isOpen({ settled }: PromptReply): boolean {
  return settled === undefined
}

test('by role, in one shared conversation: each message is judged by who wrote it, after a restart too', async () => {
  const rig = await startRig({
    sessions: { scope: 'channel' },
    access: { allow: ['scripted:ann'], guests: ['scripted:gus'], admins: ['scripted:root'] },
    approvals: {
      roles: { guest: { never: ['Bash'] }, admin: { allow: ['Bash(touch *)'] } },
    },
  })
  const { chat } = rig
  const town = { channel: 'town' }
  await chat.say('root', 'now\n!bash touch root.txt', town)
  await chat.seeEnd('town', /`touch root\.txt` gave/)
  await chat.say('gus', 'now\n!bash touch gus.txt', town)
  await chat.seeEnd('town', /does not let you do this.*rule Bash/)
  await chat.say('ann', 'now\n!bash touch ann.txt', town)
  const asked = await chat.seePrompt('town')
  expect(asked.choices.map(({ id }) => id)).toContain('session')
  await chat.press('ann', asked, 'session', undefined, town)
  await chat.seeEnd('town', /`touch ann\.txt` gave/)
  // The process now lets it go unasked; the guest still may not.
  await chat.say('gus', 'again\n!bash touch ann.txt', town)
  await chat.until(() => chat.in('town').filter(({ text }) => text.includes('does not let you'))[1])
  await rig.bot.idle()
  await rig.restart()
  await chat.say('gus', 'again\n!bash touch ann.txt', town)
  await chat.until(() => chat.in('town').filter(({ text }) => text.includes('does not let you'))[2])
  expect(prompts(chat, 'town')).toHaveLength(1)
})

test('a guest may talk: neither modes nor commands that change a shared session get past those who decide', async () => {
  const { chat } = await startRig({
    sessions: { scope: 'thread' },
    access: { allow: ['scripted:ann'], guests: ['scripted:gus'], operators: ['scripted:olga'] },
  })
  await chat.say('gus', '/mode acceptEdits')
  await chat.seeEnd('gus', /no mode that asks less than `default`/)
  await chat.say('gus', '/mode plan')
  await chat.seeEnd('gus', /Permission mode: plan/)
  await chat.say('gus', '/mode default')
  await chat.seeEnd('gus', /Permission mode: default/)
  await chat.say('gus', '!write own.txt x')
  const prompt = await chat.seePrompt('gus')
  expect(await chat.press('gus', prompt, 'once')).toBe('refused')
  await chat.press('olga', prompt, 'deny', undefined, { channel: 'gus' })

  const town = { channel: 'town', thread: 't' }
  await chat.say('ann', 'The word is heron.', town)
  await chat.seeEnd('town', /heron/)
  const changing = [
    '/new',
    '/mode plan',
    '/model opus',
    '/effort low',
    '/undo yes',
    '/compact',
    '/rename ours',
  ]
  for (const [index, command] of [...changing, '/fork', '/resume 1', '/cd sub'].entries()) {
    await chat.say('gus', command, town)
    await chat.until(() => chat.in('town').filter(({ text }) => text.includes('takes a member'))[index])
  }
  await chat.say('gus', '/model', town)
  await chat.seeEnd('town', /^Model:/)
  await chat.say('ann', 'now\n!recall', town)
  await chat.seeEnd('town', /1\..*heron/)
})

test('what a member allowed, and the mode they chose, holds in no turn of a guest, after a restart either', async () => {
  const rig = await startRig({
    sessions: { scope: 'channel' },
    access: { allow: ['scripted:ann'], guests: ['scripted:gus'], operators: ['scripted:olga'] },
  })
  const { chat } = rig
  const town = { channel: 'town' }
  const refusedToGus = async (text: string): Promise<void> => {
    await chat.say('gus', `now\n${text}`, town)
    const asked = await chat.until(() => prompts(chat, 'town').find(isOpen))
    expect(asked.choices.map(({ id }) => id)).toEqual(['once', 'deny', 'why'])
    expect(await chat.press('gus', asked, 'once', undefined, town)).toBe('refused')
    await chat.press('olga', asked, 'deny', undefined, town)
    await rig.bot.idle()
  }
  await chat.say('ann', 'now\n!bash touch one', town)
  await chat.press('ann', await chat.seePrompt('town'), 'session', undefined, town)
  await rig.bot.idle()
  await refusedToGus('!bash touch one')
  await chat.say('ann', '/mode acceptEdits', town)
  await refusedToGus('!write two.txt x')
  const before = prompts(chat, 'town').length
  await chat.say('ann', 'now\n!write two.txt x\n!bash touch one', town)
  await rig.bot.idle()
  await chat.say('gus', 'now\n!read two.txt', town)
  await rig.bot.idle()
  expect(prompts(chat, 'town')).toHaveLength(before)

  await chat.say('ann', 'now\n!bash ln -s one four', town)
  const asked = await chat.until(() => prompts(chat, 'town').find(isOpen))
  await chat.press('ann', asked, 'always', undefined, town)
  await rig.bot.idle()
  await rig.restart()
  await refusedToGus('!bash ln -s one four')
  await refusedToGus('!write five.txt x')
})

test.each(['default', 'acceptEdits', 'bypassPermissions', 'dontAsk'] as const)(
  'what is always asked is asked each time, and what is never allowed is refused, in mode %s',
  async (permissionMode) => {
    const { chat } = await startRig({
      claude: { permissionMode, allowedTools: ['Bash', 'Write'] },
      approvals: { tools: { ask: ['Bash(touch *)', 'Write'], never: ['Bash(rm *)'] } },
    })
    await chat.say('ann', '!bash touch a && touch b\n!write c.txt x\n!bash rm a\n!bash echo hi')
    const first = await chat.seePrompt('ann')
    expect(first.choices.map(({ id }) => id)).toEqual(['once', 'deny', 'why'])
    await chat.press('ann', first, 'once')
    const second = await chat.until(() =>
      prompts(chat, 'ann').find(({ settled, prompt }) => settled === undefined && prompt !== first.prompt),
    )
    expect(second.title).toContain('Write')
    await chat.press('ann', second, 'deny')
    const { text } = await chat.seeEnd('ann', /hi/)
    expect(text).toMatch(/could not use Write[^]*(?:denied|does not let you do this)/)
    expect(prompts(chat, 'ann')).toHaveLength(2)
  },
)

test('what somebody allowed for good does not get past a rule that came later', async () => {
  const rig = await startRig()
  const { chat } = rig
  await chat.say('ann', '!bash touch one')
  await chat.press('ann', await chat.seePrompt('ann'), 'always')
  await chat.seeEnd('ann', /`touch one` gave/)
  await rig.bot.idle()
  await rig.restart({ approvals: { tools: { ask: ['Bash(touch *)'] } } })
  await chat.say('ann', '!bash touch one')
  const asked = await chat.seePrompt('ann')
  expect(asked.choices.map(({ id }) => id)).toEqual(['once', 'deny', 'why'])
  await chat.press('ann', asked, 'deny')
  await chat.seeEnd('ann', /denied/)
})

test('a second approver is asked also where the CLI would not ask at all', async () => {
  const { chat } = await startRig({
    claude: { permissionMode: 'bypassPermissions' },
    access: { allow: ['*'], admins: ['scripted:boss'] },
    approvals: { secondApprover: ['Bash(rm *)'] },
  })
  await chat.say('boss', '!say hello')
  await chat.seeEnd('boss', /^hello$/)
  await chat.say('ann', '!bash touch x && rm -v x')
  expect(await chat.press('ann', await chat.seePrompt('ann'), 'once')).toBe('refused')
  expect(await chat.press('boss', await chat.seePrompt('boss'), 'once')).toBe('accepted')
  await chat.seeEnd('ann', /removed/)
})

test('a rule about commands holds for all that runs commands, aside too, and for what links lead to', async () => {
  const { chat } = await startRig({
    claude: { permissionMode: 'bypassPermissions' },
    approvals: { tools: { never: ['Bash(touch *)', 'Read(secret/*)'] } },
  })
  const monitor = '!tool Monitor {"command":"touch kept.txt","description":"watch","timeout_ms":5000}'
  await chat.say('ann', `now\n!bash mkdir secret && echo key > secret/k && ln -s secret s\n${monitor}`)
  await chat.seeEnd('ann', /could not use Monitor[^]*rule Bash\(touch \*\)/)
  await chat.say('ann', `/btw ${monitor}`)
  await chat.seeEnd('ann', /Aside[^]*Monitor/i)
  await chat.say('ann', '!read s/k')
  await chat.seeEnd('ann', /could not use Read[^]*rule Read\(secret\/\*\)/)
  await chat.say('ann', '!bash ls')
  expect((await chat.seeEnd('ann', /`ls` gave/)).text).not.toContain('kept')
})

test('with everything refused Claude still talks, asks and sends', async () => {
  const { chat } = await startRig({ approvals: { tools: { never: ['*'] } } })
  await chat.say('ann', '!question Which drink? | Tea | Coffee')
  await chat.press('ann', await chat.seePrompt('ann'), '1')
  await chat.seeEnd('ann', /Tea/)
  await chat.say('ann', '!tool mcp__chat__send_message {"text":"on my way"}')
  await chat.see('ann', /^on my way$/)
  await chat.say('ann', '!read notes.txt')
  await chat.seeEnd('ann', /does not let you do this.*rule \*/)
  await chat.say('ann', '/tools')
  expect((await chat.seeEnd('ann', /Never used/)).text).toContain('Never used: `*`.')
})
