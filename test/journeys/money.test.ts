import { expect, test } from 'vitest'
import { startRig } from '../rig/bot.ts'
import { aProcess } from '../rig/processes.ts'

/** The CLI's own prompt alone has thousands of tokens: one turn is enough. */
const oneTurn = { budgets: { user: { day: { tokens: 100 } } } }

test('a budget that is used up stops the next turn in words, after a restart too; others go on', async () => {
  const rig = await startRig(oneTurn)
  await rig.chat.say('ann', '!say first')
  await rig.chat.seeEnd('ann', /^first$/)
  await rig.bot.idle()
  await rig.restart()
  await rig.chat.say('ann', '!say second')
  const refused = await rig.chat.seeEnd('ann', /budget for today is used up/)
  expect(refused.reply).toMatchObject({ outcome: 'failed', tone: 'error' })
  expect(refused.text).toMatch(/of 100 tokens.*An admin can grant more/)
  await rig.chat.say('bob', '!say third')
  await rig.chat.seeEnd('bob', /^third$/)
  expect(rig.model.requests.some(({ lastUserText }) => lastUserText.includes('second'))).toBe(false)
})

test('what Claude does by itself ends when the budget of whoever began it is used up, and they are told once', async () => {
  // Enough for the two requests of this turn, not for a third.
  const { chat, bot } = await startRig({ budgets: { user: { day: { tokens: 20_000 } } } })
  await chat.say('ann', '!background 2 touch asked && rm -v asked')
  await chat.seeEnd('ann', /running in background/)
  await chat.see('ann', /budget for today is used up[^]*by itself/)
  await bot.idle()
  expect(chat.in('ann').filter(({ text }) => text.includes('by itself'))).toHaveLength(1)
  expect(chat.in('ann').filter(({ reply }) => reply.kind === 'prompt')).toEqual([])
})

test('the budget of the whole bot binds everybody, after a restart too', async () => {
  const rig = await startRig({ budgets: { total: { month: { tokens: 100 } } } })
  const { chat, model } = rig
  await chat.say('ann', '!say first')
  await chat.seeEnd('ann', /^first$/)
  await rig.bot.idle()
  await rig.restart()
  await chat.say('bob', '!say second')
  const refused = await chat.seeEnd('bob', /budget of the whole bot for this month is used up/)
  expect(refused.reply).toMatchObject({ outcome: 'failed' })
  await rig.restart({ budgets: {} })
  await chat.say('bob', '!say third')
  await chat.seeEnd('bob', /^third$/)
  expect(model.requests.some(({ lastUserText }) => lastUserText.includes('second'))).toBe(false)
})

test('people are told once that their budget comes to its end', async () => {
  const rig = await startRig({ budgets: { user: { month: { usd: 1000 } } } })
  await rig.chat.say('ann', '!say first')
  await rig.chat.seeEnd('ann', /^first$/)
  await rig.restart()
  const today = new Date().toISOString().slice(0, 10)
  const { costUsd } = await rig.bot.store.usage.day('scripted:ann', today)
  const budgets = { user: { month: { usd: costUsd * 2.2 } } }
  await rig.restart({ budgets })
  await rig.chat.say('ann', '!say second')
  const warning = await rig.chat.see('ann', /comes to its end/)
  expect(warning.text).toMatch(/this month.*\d\d%/)
  await rig.restart({ budgets: { user: { month: { usd: costUsd * 3.5 } } } })
  await rig.chat.say('ann', '!say third')
  await rig.chat.seeEnd('ann', /^third$/)
  await rig.bot.idle()
  expect(rig.chat.in('ann').filter(({ text }) => text.includes('comes to its end'))).toHaveLength(1)
})

test('a chat has its own budget, whoever writes there', async () => {
  const rig = await startRig({ budgets: { channel: { day: { tokens: 100 } } } })
  const { chat } = rig
  await chat.say('ann', 'hello\n!say first', { channel: 'town' })
  await chat.seeEnd('town', /^first$/)
  await rig.restart()
  await chat.say('bob', 'hello\n!say second', { channel: 'town' })
  const refused = await chat.seeEnd('town', /budget of this chat for today is used up/)
  expect(refused.reply).toMatchObject({ outcome: 'failed' })
  await chat.say('ann', '!say elsewhere')
  await chat.seeEnd('ann', /^elsewhere$/)
})

test('a turn that died counts by its tokens; where nobody knows their price yet /cost says that it is an estimate', async () => {
  const rig = await startRig()
  await rig.chat.say('ann', '!slow 30')
  await rig.chat.see('ann', ({ reply }) => reply.kind === 'text' && reply.draft === true)
  process.kill((await aProcess(/stream-json/)).pid, 'SIGKILL')
  await rig.chat.see('ann', ({ reply }) => reply.kind === 'text' && reply.outcome === 'failed')
  await rig.bot.idle()
  await rig.restart()
  await rig.chat.say('ann', '/cost')
  const { text } = await rig.chat.seeEnd('ann', /You, today/)
  expect(text).toMatch(
    /You, today \(UTC\) \| 1 \| \d\d,\d{3} \| [1-9].*\$0\.0[^]*1 of these turns ended before/,
  )
  const today = new Date().toISOString().slice(0, 10)
  const asked = rig.model.requests.filter(({ path }) => path === '/v1/messages')
  const { inputTokens } = await rig.bot.store.usage.day('scripted:ann', today)
  expect(asked).toHaveLength(1)
  expect(inputTokens).toBeGreaterThan(1000)
})

test('a budget that is used up in the middle of a turn ends it there, in words, and with what was said', async () => {
  const { chat, model, bot } = await startRig({
    ...oneTurn,
    claude: { permissionMode: 'bypassPermissions' },
  })
  await chat.say('ann', '!bash touch one\n!bash touch two')
  const { reply, text } = await chat.seeEnd('ann', /budget for today is used up[^]*Claude stopped here/)
  expect(reply).toMatchObject({ outcome: 'failed' })
  expect(text).not.toMatch(/402|API Error/)
  await bot.idle()
  expect(model.requests.filter(({ path }) => path === '/v1/messages')).toHaveLength(1)
})

test('more turns a minute than allowed are refused, after a restart too', async () => {
  const rig = await startRig({ limits: { perMinute: 2 } })
  await rig.chat.say('ann', '!say one')
  await rig.chat.say('ann', '!say two')
  await rig.chat.seeEnd('ann', /^two$/)
  await rig.restart()
  await rig.chat.say('ann', '!say three')
  const refused = await rig.chat.seeEnd('ann', /2 turns a minute/)
  expect(refused.reply).toMatchObject({ outcome: 'failed' })
  await rig.chat.say('bob', '!say four')
  await rig.chat.seeEnd('bob', /^four$/)
})

test('/limits shows what is left', async () => {
  const rig = await startRig({
    budgets: { user: { day: { usd: 1000, tokens: 10_000_000 } }, role: { member: { month: { usd: 2000 } } } },
    limits: { perMinute: 9, concurrentTurns: 2 },
  })
  const { chat } = rig
  await chat.say('ann', '!say one')
  await chat.seeEnd('ann', /^one$/)
  await rig.restart()
  await chat.say('ann', '/limits')
  const { text } = await chat.seeEnd('ann', /Your budget/)
  expect(text).toMatch(/today \| \$0\.\d+ of \$1,000\.00, [\d,]+ of 10,000,000 tokens \| 0%/)
  expect(text).toMatch(/everybody with your role \| this month/)
  expect(text).toMatch(/a minute: 9\.[^]*at a time: 2\./)
})

test('an admin grants more, in the record and after a restart; others may not', async () => {
  const rig = await startRig({ ...oneTurn, access: { allow: ['*'], admins: ['scripted:root'] } })
  const { chat } = rig
  await chat.say('ann', '!say first')
  await chat.seeEnd('ann', /^first$/)
  await rig.restart()
  await chat.say('ann', '/grant scripted:ann 900000000')
  await chat.seeEnd('ann', /Only admins/)
  await chat.say('root', '/grant scripted:ann lots')
  await chat.seeEnd('root', /takes who, how much/)
  await chat.say('root', '/grant scripted:ann 900000000')
  await chat.seeEnd('root', /Granted: 900,000,000 tokens more/)
  await rig.restart()
  await chat.say('ann', '!say second')
  await chat.seeEnd('ann', /^second$/)
  const today = new Date().toISOString().slice(0, 10)
  const record = await rig.bot.store.budgets.get('scripted:ann', today)
  expect(record?.grants).toMatchObject([{ tokens: 900_000_000, by: 'scripted:root' }])
})

test('more turns of one person at a time than allowed wait, in another conversation too; those of others do not', async () => {
  const { chat } = await startRig({ sessions: { scope: 'channel' }, limits: { concurrentTurns: 1 } })
  const [one, two] = [{ channel: 'one' }, { channel: 'two' }]
  await chat.say('ann', 'now\n!slow 100 1000', one)
  await chat.see('one', ({ reply }) => reply.kind === 'text' && reply.draft === true)
  await chat.say('ann', 'now\n!say the second', two)
  await chat.say('bob', 'now\n!say of bob', { channel: 'three' })
  await chat.seeEnd('three', /^of bob$/)
  await chat.say('ann', '/why', two)
  await chat.seeEnd('two', /waits for a place/)
  expect(chat.in('two').some(({ text }) => text === 'the second')).toBe(false)
  await chat.say('ann', '/stop', one)
  await chat.seeEnd('one', /Stopped/)
  await chat.seeEnd('two', /^the second$/)
})

test('two conversations of one person at once: the second is held against what the first came to', async () => {
  const { chat, model } = await startRig({
    ...oneTurn,
    claude: { allowedTools: ['Bash'] },
    sessions: { scope: 'channel' },
    limits: { concurrentTurns: 1 },
  })
  const [one, two] = [{ channel: 'one' }, { channel: 'two' }]
  await chat.say('ann', 'now\n!bash tail --follow /dev/null', one)
  const { pid } = await aProcess(/^tail --follow/)
  await chat.say('ann', 'now\n!say the second', two)
  await chat.say('ann', '/why', two)
  await chat.seeEnd('two', /waits for a place/)
  process.kill(pid)
  await chat.seeEnd('one', /./)
  await chat.seeEnd('two', /used up.*Your message was not sent to Claude/)
  expect(model.requests.some(({ lastUserText }) => lastUserText.includes('the second'))).toBe(false)
})

test('a turn that waits for a person leaves room for another of the same person, and takes it again', async () => {
  const { chat } = await startRig({ sessions: { scope: 'channel' }, limits: { concurrentTurns: 1 } })
  const [one, two] = [{ channel: 'one' }, { channel: 'two' }]
  await chat.say('ann', 'now\n!write a.txt x', one)
  const prompt = await chat.seePrompt('one')
  await chat.say('ann', 'now\n!say meanwhile', two)
  await chat.seeEnd('two', /^meanwhile$/)
  expect(await chat.press('ann', prompt, 'once', undefined, one)).toBe('accepted')
  await chat.seeEnd('one', /a\.txt/)
})
