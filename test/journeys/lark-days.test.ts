/** Days of people in Feishu: what the core does, as they see it there, by either way that events come. */
import { expect, test } from 'vitest'
import { shownText } from '../fakes/lark/tenant.ts'
import { type LarkRig, startLarkHooks, startLarkRig } from '../rig/lark.ts'
import { aProcess } from '../rig/processes.ts'

const ann = 'ou_ann'
const bob = 'ou_bob'
/** A tool that runs until the test ends it. */
const sleeper = '!bash tail --follow /dev/null'
const tail = /^tail --follow/

const ways: readonly [string, (changes: Parameters<typeof startLarkRig>[0]) => Promise<LarkRig>][] = [
  ['by long connection', startLarkRig],
  ['over HTTP', startLarkHooks],
]

test.each(ways)('%s: faults, a burst, questions, plans, approvals, memory', async (_way, startRig) => {
  const rig = await startRig({
    claude: { allowedTools: ['Write'] },
    sessions: { burst: '300ms', maxWarm: 1 },
  })
  const { lark } = rig
  const { people } = lark
  const chat = lark.tenant.direct(ann).id
  const first = people.say(ann, 'The word is heron.\n!error 529 2\n!say better now').delivery
  await first.answer
  await lark.see(chat, /^better now[^]*\$/)
  await rig.bot.idle()

  const lines = Array.from({ length: 8 }, (_, index) => `line ${index + 1}.`)
  // One after the other: requests overtake each other, which the platform's do too.
  for (const line of [...lines, '!recall']) await people.say(ann, line).delivery.answer
  const recalled = shownText(await lark.see(chat, /1\. The word is heron\.[^]*!recall/))
  expect(recalled.slice(recalled.indexOf('1. The word is heron.')).match(/line \d+\./g)).toEqual(lines)
  await rig.bot.idle()

  people.say(ann, '!question Which drink? | Tea | Coffee')
  await lark.see(chat, /Which drink\?[^]*\[Tea\][^]*\[Coffee\]/)
  expect(await people.press(ann, chat, 'Coffee').delivery.answer).toMatchObject({
    toast: { type: 'success' },
  })
  await lark.see(chat, /Which drink\?"="Coffee"[^]*\$/)
  people.say(ann, '!question Which colour? | Red | Green')
  await lark.see(chat, /Which colour\?[^]*\[Answer in own words\]/)
  await people.press(ann, chat, 'Answer in own words', { words: 'something like turquoise' }).delivery.answer
  await lark.see(chat, /Which colour\?.*turquoise[^]*\$/)
  await rig.bot.idle()

  await people.say(ann, '/mode plan').delivery.answer
  await lark.see(chat, /`plan`|mode.*plan/i)
  people.say(ann, '!plan # First\n\n1. Look around.')
  await lark.see(chat, /1\. Look around\.[^]*\[Approve\]/)
  const feedback = /\[(Keep planning and say what[^\]]*)\]/.exec(lark.said(chat).at(-1) ?? '')?.[1] ?? ''
  await people.press(ann, chat, feedback, { words: 'look twice' }).delivery.answer
  await lark.see(chat, /look twice[^]*\$/)
  await rig.bot.idle()
  people.say(ann, '!plan # Second\n\n1. Look twice.')
  const second = await lark.see(chat, /1\. Look twice\.[^]*\[Approve\]/)
  await rig.restart()
  // What Feishu sends once more, or somebody replays, is known from the disk.
  lark.courier.repeat(first)
  await people.press(ann, chat, 'Approve').delivery.answer
  await lark.until(() => /\*\*Approve\*\* · <person id='ou_ann'/.test(shownText(second)) || undefined)
  await rig.bot.idle()

  // Somebody else takes the only warm place; what was said before is remembered all the same.
  const other = lark.tenant.direct(bob).id
  people.say(bob, '!bash touch here')
  await lark.see(other, /touch here[^]*\[Deny\]/)
  await people.press(bob, other, 'Deny').delivery.answer
  await lark.see(other, /denied|refused|not allowed/i)
  await rig.bot.idle()
  people.say(ann, '!recall')
  const all = shownText(await lark.see(chat, /1\. The word is heron\.[^]*line 8\.[^]*Second[^]*!recall/))
  expect(all).not.toContain('touch here')
  expect(all.match(/The word is heron/g)).toHaveLength(1)
  expect(lark.said(chat).filter((text) => text.startsWith('better now'))).toHaveLength(1)
  expect(first.attempts).toBeGreaterThan(1)
})

test.each(ways)('%s: what is written while Claude works, the Stop button, files', async (_way, startRig) => {
  const rig = await startRig({ claude: { allowedTools: ['Bash', 'mcp__chat'] } })
  const { lark, bot } = rig
  const { people } = lark
  const chat = lark.tenant.direct(ann).id
  people.say(ann, sleeper)
  await aProcess(tail)
  const waiting = people.say(ann, '!say secnod')
  await waiting.delivery.answer
  await lark.see(chat, /secnod[^]*\[Interrupt\]/)
  await people.edit(waiting.message, '!say second').delivery.answer
  await lark.see(chat, /!say second[^]*\[Interrupt\]/)
  expect(await people.press(ann, chat, 'Interrupt').delivery.answer).toMatchObject({
    toast: { type: 'success' },
  })
  await lark.see(chat, /^second[^]*\$/)
  await bot.idle()
  expect(lark.said(chat).join('\n')).not.toMatch(/\[Interrupt\]|^secnod/m)

  people.say(ann, sleeper)
  await aProcess(tail)
  await lark.see(chat, /\[Stop\]/)
  expect(await people.press(ann, chat, 'Stop').delivery.answer).toMatchObject({ toast: { type: 'info' } })
  await bot.idle()
  expect(lark.said(chat).join('\n')).not.toContain('[Stop]')

  await people.send(ann, 'notes.txt', 'the word is heron').delivery.answer
  await bot.idle()
  const send = { path: 'inbox/notes.txt', caption: 'as you wished' }
  people.say(ann, `!bash cat inbox/notes.txt\n!tool mcp__chat__send_file ${JSON.stringify(send)}`)
  await lark.see(chat, /as you wished/)
  await lark.see(chat, /the word is heron/)
  await bot.idle()
  const sent = lark.by(chat).find(({ type }) => type === 'file')
  const key = /file_[0-9a-f]{8}/.exec(sent?.content ?? '')?.[0] ?? ''
  expect(lark.tenant.files.get(key)?.content.toString()).toBe('the word is heron')
  expect(lark.calls.filter(({ code }) => code !== 0)).toEqual([])
})
