/** Days of people in Feishu: what the core does, as they see it there, by either way that events come. */
import { describe, expect, test } from 'vitest'
import type { FakeLark } from '../fakes/lark/lark.ts'
import { isStreaming } from '../fakes/lark/cards.ts'
import { shownText } from '../fakes/lark/tenant.ts'
import { codeIn } from '../rig/both.ts'
import { startLarkProgram, startLarkRig, ways } from '../rig/lark.ts'
import { aProcess } from '../rig/processes.ts'

const ann = 'ou_ann'
const bob = 'ou_bob'
/** A tool that runs until the test ends it. */
const sleeper = '!bash tail --follow /dev/null'
const tail = /^tail --follow/

const warning = { toast: { type: 'warning' } }

describe.each(ways)('%s', (_name, way) => {
  test('faults, a burst, questions, plans, approvals, memory', async () => {
    const rig = await startLarkRig(
      {
        claude: { allowedTools: ['Write'] },
        sessions: { burst: '300ms', maxWarm: 1 },
      },
      way,
    )
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
    await people.press(ann, chat, 'Answer in own words', { words: 'something like turquoise' }).delivery
      .answer
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

  test('what is written while Claude works, the Stop button, files', async () => {
    const rig = await startLarkRig({ claude: { allowedTools: ['Bash', 'mcp__chat'] } }, way)
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

  test('what runs is edited, recalled, steered; an aside and a background task are told when they come', async () => {
    const { lark, bot } = await startLarkRig({ claude: { allowedTools: ['Bash'] } }, way)
    const { people } = lark
    const chat = lark.tenant.direct(ann).id
    people.say(ann, 'The word is heron.')
    await lark.see(chat, /heron/)
    await bot.idle()
    const running = people.say(ann, sleeper)
    const tool = await aProcess(tail)
    people.say(ann, '/btw !recall')
    await lark.see(chat, /1\. The word is heron\./)
    people.say(ann, '!say third')
    await lark.see(chat, /\[Steer\]/)
    await people.press(ann, chat, 'Steer').delivery.answer
    await people.edit(running.message, 'rather do nothing').delivery.answer
    // What has begun goes on.
    await people.recall(running.message).delivery.answer
    process.kill(tool.pid)
    await lark.see(chat, /told of your edit/)
    await lark.see(chat, /third[^]*\$\d/)
    await bot.idle()
    people.say(ann, '!background 1 touch done')
    await lark.see(chat, /task finished/)
    await bot.idle()
    expect(lark.said(chat).filter((text) => text.includes('task finished'))).toHaveLength(1)
    expect(lark.calls.filter(({ code }) => code !== 0)).toEqual([])
  })

  test('sessions, commands, a file to keep and another language, over a restart', async () => {
    const rig = await startLarkRig({ claude: { allowedTools: ['Write', 'Edit'] } }, way)
    const { lark } = rig
    const chat = lark.tenant.direct(ann).id
    const { tell } = talk(lark, chat)
    await tell('The word is heron.', /heron/)
    await tell('/rename birds', /`birds` now/)
    await tell('/new fish', /new session starts/)
    await tell('The word is trout.', /trout/)
    await rig.bot.idle()
    await rig.restart()
    expect(await tell('/sessions', /you are here/)).toMatch(/birds[^]*fish/)
    await tell('/resume bir', /Back in session 1, `birds`/)
    expect(await tell('!recall', /^1\.[^]*heron/)).not.toContain('trout')
    await tell('/fork try', /copy of the session/)
    await tell('!write a.txt one', /\$\d/)
    await tell('!edit a.txt one => two', /\$\d/)
    await tell('/undo', /would put back:[^]*`a\.txt`/)
    await tell('/undo yes', /Put back[^]*`a\.txt`/)
    await tell('/model opus', /opus/)
    await tell('/cost', /\$\d/)
    await tell('/why', /./)
    await tell('/retry', /\$\d/)
    lark.people.say(ann, '/export json')
    const file = await lark.until(() => lark.by(chat).find(({ type }) => type === 'file'))
    const key = /file_[0-9a-f]{8}/.exec(file.content)?.[0] ?? ''
    expect(JSON.parse(lark.tenant.files.get(key)?.content.toString() ?? '')).toMatchObject([
      { role: 'user', user: 'lark:ou_ann', text: '!write a.txt one' },
      { role: 'assistant' },
      { role: 'user', text: '!edit a.txt one => two' },
      { role: 'assistant' },
      { role: 'user', text: '/retry' },
      { role: 'assistant' },
    ])
    await rig.bot.idle()
    await tell('/lang zh', /已切换为简体中文/)
    await rig.restart()
    await tell('/status', /[\u4E00-\u9FFF]/)
    // Whoever has just started does not know how much was said in the second before: it may be asked to wait.
    const askedToWait = 230_020
    expect(lark.calls.filter(({ code }) => code !== 0 && code !== askedToWait)).toEqual([])
  })

  test('newcomers, guests, denied people, linked ids: who is heard and who decides', async () => {
    const rig = await startLarkRig(
      {
        access: {
          allow: ['lark:ou_ann', 'lark:ou_anna'],
          admins: ['lark:ou_root'],
          guests: ['lark:ou_gus'],
          deny: ['lark:ou_eve'],
          pairing: 'code',
        },
        budgets: { role: { guest: { day: { tokens: 100 } } } },
      },
      way,
    )
    const { lark } = rig
    const { people } = lark
    const direct = (person: string) => lark.tenant.direct(person).id
    const group = lark.tenant.group().id
    await people.say('ou_eve', '!say denied').delivery.answer
    people.say(bob, 'hello')
    const code = codeIn({ text: shownText(await lark.see(direct(bob), /Your code is/)) })
    people.say('ou_root', `/pair ${code}`)
    await lark.see(direct(bob), /You have been let in/)
    await rig.restart()
    people.say(bob, '!say in')
    await lark.see(direct(bob), /^in/)

    // A guest's tools are for others to decide on, and the guest's budget for an admin.
    people.say('ou_gus', 'please\n!bash touch here', { chat: group, mention: true })
    await lark.see(group, /touch here[^]*\[Allow once\]/)
    for (const person of ['ou_gus', 'ou_eve'])
      expect(await people.press(person, group, 'Allow once').delivery.answer).toMatchObject(warning)
    await people.press('ou_root', group, 'Allow once').delivery.answer
    await lark.see(group, /\*\*Allow once\*\* · <person id='ou_root'/)
    await rig.bot.idle()
    people.say('ou_gus', 'please\n!say too much', { chat: group, mention: true })
    await lark.see(group, /used up/)

    people.say(ann, '/link')
    const first = codeIn({ text: shownText(await lark.see(direct(ann), /[A-Z0-9]{4}-[A-Z0-9]{4}/)) })
    people.say('ou_anna', `/link ${first}`)
    const second = shownText(await lark.see(direct('ou_anna'), /made by `lark:ou_ann`/))
    people.say(ann, `/link ${codeIn({ text: second })}`)
    await lark.see(direct('ou_anna'), /is linked with you now/)
    await people.say(ann, '!bash touch there').delivery.answer
    await lark.see(direct(ann), /touch there[^]*\[Allow once\]/)
    await rig.restart()
    people.say('ou_anna', '/handoff')
    await lark.see(direct('ou_anna'), /\[Allow once\]/)
    await people.press('ou_anna', direct('ou_anna'), 'Allow once').delivery.answer
    await lark.see(direct('ou_anna'), /\$\d/)
    await rig.bot.idle()
    expect(lark.said(direct(ann)).join('\n')).not.toContain('[Allow once]')
    expect(lark.said(direct('ou_eve'))).toEqual([])
  })

  test('a turn that was begun in a group goes on where /handoff is typed: in another group, a topic, the direct chat', async () => {
    const { lark, bot } = await startLarkRig({ claude: { allowedTools: ['Bash'] } }, way)
    const { people } = lark
    const [first, second] = [lark.tenant.group().id, lark.tenant.group().id]
    const thread = 'omt_topic'
    people.say(bob, 'a topic', { chat: second, thread })
    const begin = async (chat: string): Promise<() => void> => {
      people.say(ann, `please\n${sleeper}\n!say finished`, { chat, mention: true })
      const { pid } = await aProcess(tail)
      return () => process.kill(pid)
    }
    const fetch = async (chat: string, place: Parameters<typeof people.say>[2]): Promise<void> => {
      const before = lark.by(chat).length
      people.say(ann, '/handoff', place)
      const said = () => lark.said(chat).slice(before)
      await lark.until(() => said().find((text) => /goes on here/.test(text)))
    }
    const endFirst = await begin(first)
    await people.say(ann, 'and\n!say waited', { chat: first, mention: true }).delivery.answer
    await fetch(second, { chat: second, mention: true })
    endFirst()
    await lark.see(second, /finished[^]*\$\d/)
    await lark.see(second, /^waited/)
    await bot.idle()
    // In the first one nothing is left but that it went on elsewhere.
    expect(lark.said(first).join('\n')).not.toMatch(/finished|^waited|\[Stop\]/m)
    expect(running(lark, first)).toEqual([])

    const endSecond = await begin(first)
    await fetch(second, { chat: second, thread, mention: true })
    endSecond()
    await lark.until(() =>
      lark.by(second).find((each) => each.thread === thread && /finished/.test(shownText(each))),
    )
    await bot.idle()

    const endThird = await begin(second)
    const direct = lark.tenant.direct(ann).id
    await fetch(direct, {})
    endThird()
    await lark.see(direct, /finished/)
    await bot.idle()
    expect(lark.said(first).join('\n')).not.toContain('finished')
    expect(running(lark, second)).toEqual([])
    expect(lark.calls.filter(({ code }) => code !== 0)).toEqual([])
  })

  test('what was missed is run or offered, and kill -9 with an open question loses and doubles nothing', async () => {
    const { lark, run } = await startLarkProgram({ catchUp: { runWithin: 0 } }, way)
    const { people } = lark
    const chat = lark.tenant.direct(ann).id
    const first = run()
    await people.say(ann, '!bash touch here').delivery.answer
    await lark.see(chat, /\[Allow once\]/)
    await first.kill()
    people.write(ann, 'text', { text: '!say missed' })
    const second = run()
    await lark.see(chat, /A message arrived/)
    await people.press(ann, chat, 'Allow once').delivery.answer
    await lark.see(chat, /gave|output/)
    await second.kill()
    const third = run()
    await lark.until(() => (running(lark, chat).length === 0 ? true : undefined))
    const label = /\[(Run[^\]]*)\]/.exec(lark.said(chat).join('\n'))?.[1] ?? ''
    await people.press(ann, chat, label).delivery.answer
    await lark.see(chat, /^missed/)
    people.say(ann, '!recall')
    await lark.see(chat, /^1\. [^]*touch here[^]*missed[^]*!recall/)
    expect(await third.end()).toBe(0)
    expect(lark.said(chat).filter((text) => /^missed/m.test(text))).toHaveLength(1)
    expect(lark.said(chat).filter((text) => text.includes('A message arrived'))).toHaveLength(1)
    expect(running(lark, chat)).toEqual([])
  })
})

/** What looks as if it went on. */
function running(lark: FakeLark, chat: string): string[] {
  return lark
    .by(chat)
    .filter(({ card }) => card !== undefined && isStreaming(card, lark.now()))
    .map(shownText)
}

/** One thing said after the other, each with what comes of it as the newest in the chat. */
function talk(lark: FakeLark, chat: string) {
  const tell = async (text: string, answer: RegExp): Promise<string> => {
    const before = lark.by(chat).length
    lark.people.say(ann, text)
    const message = await lark.until(() =>
      lark
        .by(chat)
        .slice(before)
        .find((each) => answer.test(shownText(each))),
    )
    return shownText(message)
  }
  return { tell }
}
