/** Much of it at once, in Feishu, and what a kill leaves of it. */
import { expect, test } from 'vitest'
import { measure, mostText } from '../../adapters/lark/render.ts'
import { longMarkdown } from '../../src/demo/long.ts'
import { split } from '../../src/reply/split.ts'
import { isStreaming } from '../fakes/lark/cards.ts'
import type { FakeLark } from '../fakes/lark/lark.ts'
import { shownText } from '../fakes/lark/tenant.ts'
import { startLarkProgram, startLarkRig, ways } from '../rig/lark.ts'
import { quickClaude } from '../rig/quick-cli.ts'

/** What is left of a text without its markup. */
function letters(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9]/g, '')
}

/** What looks as if it went on. */
function stillRunning(lark: FakeLark): string[] {
  const running = lark.tenant.messages.filter(
    ({ card }) => card !== undefined && isStreaming(card, lark.now()),
  )
  return running.map(shownText)
}

function refused(lark: FakeLark): unknown[] {
  return lark.calls.filter(({ code }) => code !== 0)
}

test('200 KB arrive whole over several cards, while 100 people ask at once: each gets the answer that is theirs', async () => {
  // Feishu takes five messages a second in a chat: while the one waits for that, the others do their work.
  const [long, crowd] = await Promise.all([longReply(), manyAsk()])
  expect(long.shown).toEqual(long.expected)
  expect(crowd.shown).toEqual(crowd.expected)
  expect([...long.refused, ...crowd.refused]).toEqual([])
}, 300_000)

async function longReply(): Promise<{ shown: string[]; expected: string[]; refused: unknown[] }> {
  const { lark, bot } = await startLarkRig({ replies: { maxMessages: 0 } })
  const chat = lark.tenant.direct('ou_ann').id
  lark.people.say('ou_ann', '!long 200')
  const parts = await split(longMarkdown(200 * 1024), mostText, measure)
  await lark.until(() => (lark.by(chat).length >= parts.length ? true : undefined))
  await bot.idle()
  const shown = lark.said(chat).map((text) => letters(text.replace(/\n\$\d.*$/, '')))
  return { shown, expected: parts.map(letters), refused: refused(lark) }
}

async function manyAsk(): Promise<{ shown: string[][]; expected: string[][]; refused: unknown[] }> {
  const { lark, bot } = await startLarkRig({ claude: quickClaude, sessions: { maxWarm: 4 } })
  const people = Array.from({ length: 100 }, (_, index) => `ou_${index}`)
  await Promise.all(people.map((person) => lark.people.say(person, `!say for ${person}.`).delivery.answer))
  await bot.idle()
  const shown = people.map((person) =>
    lark.said(lark.tenant.direct(person).id).map((text) => text.split('\n')[0] ?? ''),
  )
  return { shown, expected: people.map((person) => [`for ${person}.`]), refused: refused(lark) }
}

test.each(ways)(
  '%s: kill -9 with 20 turns under way: each message is answered exactly once, and no card goes on for ever',
  async (_name, way) => {
    const sessions = { maxRunning: 20, maxWarm: 20 }
    const { lark, run } = await startLarkProgram({ claude: quickClaude, sessions }, way)
    const people = Array.from({ length: 20 }, (_, index) => `ou_${index}`)
    const chats = people.map((person) => lark.tenant.direct(person).id)
    const begun = (): number => chats.filter((chat) => lark.by(chat).length > 0).length
    const first = run()
    const asked = people.map(
      (person) => lark.people.say(person, `!slow 2 4\n!say for ${person}.`).delivery.answer,
    )
    await Promise.all(asked)
    await lark.until(() => (begun() >= 10 ? true : undefined))
    await first.kill()
    const second = run()
    for (const [index, chat] of chats.entries())
      await lark.see(chat, new RegExp(`for ou_${index}\\.[^]*\\$\\d`))
    expect(await second.end()).toBe(0)
    expect(chats.map((chat) => lark.by(chat).length)).toEqual(people.map(() => 1))
    expect(stillRunning(lark)).toEqual([])
  },
  300_000,
)
