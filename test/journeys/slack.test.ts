/** What people do and see in Slack. */
import { expect, test } from 'vitest'
import { shownText, type StoredMessage } from '../fakes/slack/team.ts'
import { startSlackRig } from '../rig/slack.ts'

/** The answers in a thread, as they are read. */
function inThread(messages: readonly StoredMessage[], thread: string): string[] {
  return messages.filter(({ threadTs, botId }) => threadTs === thread && botId !== undefined).map(shownText)
}

test('written to directly it answers in the chat, and remembers', async () => {
  const { slack, bot } = await startSlackRig()
  const direct = slack.people.direct('UANN')
  slack.people.say('UANN', 'The word is heron & <egret>.')
  await slack.see(direct, /heron/)
  slack.people.say('UANN', '!recall')
  await slack.see(direct, /1\. The word is heron & <egret>\./)
  await bot.idle()
  expect(slack.said(direct)).toHaveLength(2)
  expect(slack.in(direct).every(({ threadTs }) => threadTs === undefined)).toBe(true)
})

test('named in a channel it answers in a thread, once, and goes on there without being named', async () => {
  const { slack, bot } = await startSlackRig({ sessions: { scope: 'thread' } })
  const town = slack.channel('CTOWN')
  // Slack tells of it twice: as a message and as a mention.
  const { ts: first, acked } = slack.people.say('UANN', 'The word is heron.', {
    channel: town,
    mention: true,
  })
  await acked
  await slack.see(town, /heron/)
  // What comes while the answer still grows is told that it waits: that is another story.
  await bot.idle()
  slack.people.say('UBOB', 'The word is egret.', { channel: town, thread: first })
  await slack.see(town, /egret/)
  const { ts: other } = slack.people.say('UANN', 'please\n!recall', { channel: town, mention: true })
  await slack.until(() => inThread(slack.in(town), other)[0])
  await bot.idle()
  expect(inThread(slack.in(town), first)).toHaveLength(2)
  // A thread is a conversation of its own.
  expect(inThread(slack.in(town), other)).toEqual([expect.not.stringContaining('heron')])
})

test('Claude is told who speaks by their names, and people are spoken to in the language of their Slack', async () => {
  const { slack, model } = await startSlackRig({ sessions: { scope: 'thread' } })
  const town = slack.channel('CTOWN')
  slack.team.people.set('UANN', { name: 'Ann Example' })
  slack.team.people.set('UBOB', { name: 'Bob', locale: 'zh-CN' })
  const text = `<@${slack.team.bot.user}> please tell <@UBOB> and <@UCEM>\n!say told`
  slack.people.say('UANN', text, { channel: town, raw: true })
  await slack.see(town, /^told$/)
  expect(
    model.requests.some(({ lastUserText }) => /Ann Example[^]*tell @Bob and @UCEM/.test(lastUserText)),
  ).toBe(true)
  slack.people.say('UBOB', '/cost')
  await slack.see(slack.people.direct('UBOB'), /[\u4E00-\u9FFF]/)
})

test('it hears nothing that is not for it: other channels talk, unfurls, joins, bots, itself', async () => {
  const { slack, bot, model } = await startSlackRig()
  const town = slack.channel('CTOWN')
  const { people, team } = slack
  const root = people.say('UANN', 'look at https://example.com', { channel: town })
  people.say('UBOB', 'nice', { channel: town, thread: root.ts })
  people.unfurl(root.ts)
  people.saw(
    team,
    team.add({ channel: town, user: 'UOTHER', botId: 'BOTHER', text: `<@${team.bot.user}> hi` }),
  )
  const { ts, acked } = people.say('UANN', 'please\n!say done', { channel: town, mention: true })
  await acked
  await slack.see(town, /^done$/)
  people.unfurl(ts)
  people.say('UBOB', 'thanks', { channel: town, thread: root.ts })
  await people.say('UBOB', '<@UANN> did you see?', { channel: town, thread: ts, raw: true }).acked
  await bot.idle()
  expect(slack.said(town)).toEqual(['done'])
  expect(model.requests.filter(({ lastUserText }) => lastUserText.includes('nice'))).toEqual([])
})

test('an approval by button: the message then shows who decided what; a later press is told so, alone', async () => {
  const { slack, bot } = await startSlackRig()
  const town = slack.channel('CTOWN')
  slack.people.say('UANN', 'please\n!bash touch here', { channel: town, mention: true })
  const asked = await slack.see(town, /touch here[^]*\[Allow once\]/)
  const stale = structuredClone({ ...asked, tasks: new Map() })
  const pressed = slack.people.press('UANN', town, 'Allow once')
  await pressed.acked
  await slack.see(town, /\*Allow once\* · <@UANN> · <!date\^/)
  await bot.idle()
  expect(slack.said(town).join('\n')).not.toContain('[Allow once]')
  const [choices] = stale.blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []))
  await slack.people.act('UBOB', stale, choices ?? {}).acked
  const late = await slack.see(town, /settled already/)
  expect(late).toMatchObject({ only: 'UBOB' })
})

test('a refusal with words: the modal asks for them, and Claude is told', async () => {
  const { slack } = await startSlackRig()
  const direct = slack.people.direct('UANN')
  slack.people.say('UANN', '!bash rm notes')
  await slack.see(direct, /rm notes[^]*\[Deny and say why …\]/)
  slack.people.press('UANN', direct, 'Deny and say why …')
  await slack.people.submit('UANN', 'I still need them')
  const told = await slack.see(direct, /I still need them/)
  expect(told.only).toBeUndefined()
})

test('what is edited or deleted while it waits is asked as it stands, or not at all', async () => {
  const { slack, bot } = await startSlackRig({ claude: { allowedTools: ['Bash'] } })
  const direct = slack.people.direct('UANN')
  const { people } = slack
  await people.say('UANN', '!bash sleep 2').acked
  const second = people.say('UANN', '!say secnod')
  const third = people.say('UANN', '!say third')
  await Promise.all([second.acked, third.acked])
  await people.edit(second.ts, '!say second').acked
  await people.remove(third.ts).acked
  await slack.see(direct, /Withdrawn/)
  await bot.idle()
  const said = slack.said(direct)
  expect(said).toContain('second')
  expect(said).not.toContain('secnod')
  expect(said).not.toContain('third')
})

test('a file that is sent along reaches Claude, and one of Claude reaches the chat', async () => {
  const { slack, bot } = await startSlackRig({ claude: { allowedTools: ['Bash', 'mcp__chat'] } })
  // The file is shown, and the bot does not hear of it.
  slack.faults.plan('files.completeUploadExternal', { kind: 'cut' }, true)
  const direct = slack.people.direct('UANN')
  const files = [{ name: 'notes.txt', content: 'the word is heron' }]
  const send = { path: 'inbox/notes.txt', caption: 'as <you> wished' }
  slack.people.say('UANN', `!bash cat inbox/notes.txt\n!tool mcp__chat__send_file ${JSON.stringify(send)}`, {
    files,
  })
  await slack.see(direct, /the word is heron/)
  const sent = await slack.see(direct, /\[file notes\.txt\]/)
  expect(sent.files.map(({ content }) => content.toString())).toEqual(['the word is heron'])
  expect(sent.text).toBe('as &lt;you&gt; wished')
  await bot.idle()
  expect(slack.said(direct).filter((text) => text.includes('[file'))).toHaveLength(1)
})

test('nobody is pinged by an answer but whom the config names, however the answer is shown', async () => {
  const { slack } = await startSlackRig({ adapters: { slack: { mentions: ['UBOB', 'here'] } } })
  const { people } = slack
  const [town, direct] = [slack.channel('CTOWN'), people.direct('UANN')]
  const written = 'for <@UBOB>, <@UEVE>, <!here>, <!channel>, <#CTOWN>'
  const shown = /^for <@UBOB>, <\u2060@UEVE>, <!here>, <\u2060!channel>, <\u2060#CTOWN>$/
  people.say('UANN', `please\n!say ${written}`, { channel: town, mention: true })
  await slack.see(town, shown)
  people.say('UANN', `!say ${written}`)
  await slack.see(direct, shown)
  // Asked for leave, nobody is pinged at all.
  people.say('UANN', '!bash touch "<@UBOB>"')
  expect(shownText(await slack.see(direct, /touch[^]*\[Allow once\]/))).not.toContain('<@UBOB>')
})

test('tables are tables where Slack takes them, and code where it does not, in a thread and in the chat', async () => {
  const { slack } = await startSlackRig()
  const [town, direct] = [slack.channel('CTOWN'), slack.people.direct('UANN')]
  const asked = '!say One:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nTwo:\n\n| c | d |\n|---|---|\n| 3 | 4 |'
  slack.people.say('UANN', `please\n${asked}`, { channel: town, mention: true })
  await slack.see(town, /\| 1 \| 2 \|[^]*\| 3 \| 4 \|/)
  slack.tables = 1
  for (const channel of [town, direct]) {
    const before = slack.said(channel).length
    slack.people.say('UANN', `again\n${asked}`, channel === town ? { channel, mention: true } : {})
    const shown = await slack.until(() =>
      slack
        .said(channel)
        .slice(before)
        .find((text) => text.includes('4')),
    )
    expect(shown).toBe('One:\n\n```\na | b\n--+--\n1 | 2\n```\n\nTwo:\n\n```\nc | d\n--+--\n3 | 4\n```')
  }
})

test('an answer whose blocks Slack refuses stands as bare text', async () => {
  const { slack, bot } = await startSlackRig()
  const direct = slack.people.direct('UANN')
  slack.blocks = false
  slack.people.say('UANN', '!say a **word** for <you>')
  await slack.see(direct, /^a \*\*word\*\* for &lt;you&gt;$/)
  await bot.idle()
  expect(slack.said(direct)).toHaveLength(1)
})

test('/parley runs commands for the eyes of whoever typed it, and takes questions', async () => {
  const { slack, bot } = await startSlackRig()
  const town = slack.channel('CTOWN')
  await slack.people.command('UANN', town, 'cost').acked
  const cost = await slack.see(town, /turns/i)
  expect(cost.only).toBe('UANN')
  await slack.people.command('UANN', town, '').acked
  expect(await slack.see(town, /\/compact/)).toMatchObject({ only: 'UANN' })
  // The help offers some by buttons.
  await slack.people.press('UANN', town, '/sessions').acked
  expect(await slack.see(town, /No session yet/)).toMatchObject({ only: 'UANN' })
  const direct = slack.people.direct('UANN')
  slack.people.say('UANN', '!say the secret is heron')
  await slack.see(direct, /^the secret is heron$/)
  await bot.idle()
  await slack.people.command('UANN', town, 'export').acked
  // Slack shows no file to one person alone.
  await slack.see(direct, /\[file session\.md\]/)
  expect(await slack.see(town, /session\.md/)).toMatchObject({ only: 'UANN' })
  const { deliveries, acked } = slack.people.command('UANN', town, 'please\n!say for all')
  await acked
  for (const delivery of deliveries) slack.courier.repeat(delivery)
  const answer = await slack.see(town, /^for all$/)
  expect(answer.only).toBeUndefined()
  await bot.idle()
  expect(slack.said(town)).toHaveLength(5)
  expect(slack.in(town).flatMap(({ files }) => files)).toEqual([])
})

test('where the bot is no member, commands and questions are answered in the direct chat, which says why', async () => {
  const { slack, bot, model } = await startSlackRig()
  const { people, team } = slack
  const direct = people.direct('UANN')
  team.channels.set('COUT', { kind: 'channel', member: false })
  await people.command('UANN', 'COUT', 'cost').acked
  expect(shownText(await slack.see(direct, /turns/i))).toMatch(/not in <#COUT>.*\/invite @/)
  await people.command('UANN', 'COUT', 'please\n!bash touch here').acked
  await slack.see(direct, /^I am not in <#COUT>.*$/)
  await slack.see(direct, /\[Allow once\]/)
  people.press('UANN', direct, 'Allow once')
  await slack.see(direct, /touch here[^]*Allow once/)
  await bot.idle()
  await people.command('UANN', 'COUT', 'help').acked
  await slack.see(direct, /not in <#COUT>[^]*\[\/stop\]/)
  await people.press('UANN', direct, '/stop').acked
  expect(shownText(await slack.see(direct, /Nothing is running/))).toMatch(/not in <#COUT>/)
  const { ts } = team.add({ channel: 'COUT', user: 'UBOB', text: 'The word is heron' })
  people.askAbout('UANN', ts)
  await people.submit('UANN', 'please\n!say answered')
  await slack.see(direct, /^answered$/)
  await bot.idle()
  expect(model.requests.some(({ lastUserText }) => lastUserText.includes('> The word is heron'))).toBe(true)
  expect(slack.said('COUT')).toEqual([])
  // Where one person alone may read it, a file goes the same way.
  await people.command('UANN', 'COUT', 'export').acked
  await slack.see(direct, /\[file session\.md\]/)
})

test('"Ask about this" on a message: a question in a modal, its answer in the thread of the message', async () => {
  const { slack, model } = await startSlackRig()
  const town = slack.channel('CTOWN')
  const { ts } = slack.people.say('UBOB', 'The word is heron.', { channel: town })
  slack.people.askAbout('UANN', ts)
  await slack.people.submit('UANN', 'please\n!say done')
  const answer = await slack.see(town, /^done/)
  expect(answer.threadTs).toBe(ts)
  expect(model.requests.some(({ lastUserText }) => lastUserText.includes('> The word is heron.'))).toBe(true)
  // What apps write has blocks in place of text.
  const alert = slack.team.add({
    channel: town,
    user: 'UALERT',
    botId: 'BALERT',
    text: '',
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'Disk of db1 is full' } }],
    files: [slack.keep(slack.team, { id: 'FDISK', name: 'disk.txt', content: Buffer.from('99 %') })],
  })
  slack.people.askAbout('UANN', alert.ts)
  await slack.people.submit('UANN', 'why?')
  await slack.until(() =>
    model.requests.find(({ lastUserText: told }) => /> Disk of db1 is full[^]*disk\.txt/.test(told)),
  )
  const empty = slack.team.add({ channel: town, user: 'UALERT', botId: 'BALERT', text: '' })
  slack.people.askAbout('UANN', empty.ts)
  await slack.until(() =>
    [...slack.team.views.values()].find(({ view }) => JSON.stringify(view).includes('no words that Claude')),
  )
})

test("Slack's own Stop button ends the turn of its thread, in a direct chat too, and goes when nobody works", async () => {
  const { slack, bot } = await startSlackRig({
    sessions: { scope: 'thread' },
    adapters: { slack: { directAnswers: 'thread' } },
  })
  const { people, team } = slack
  const town = slack.channel('CTOWN')
  const { ts } = people.say('UANN', 'please\n!slow 60 600', { channel: town, mention: true })
  await slack.see(town, /word2/)
  expect(team.sessions.get(`${town}/${ts}`)).toEqual({ status: 'processing', title: 'please !slow 60 600' })
  // Whose turn it is not is told so alone; the turn goes on, and can still be stopped.
  await people.stop('UEVE', town, ts).acked
  expect(await slack.see(town, /turn of somebody else/)).toMatchObject({ only: 'UEVE' })
  expect(team.sessions.get(`${town}/${ts}`)?.status).toBe('processing')
  await people.stop('UANN', town, ts).acked
  await slack.see(town, /Stopped|stopped/)
  await bot.idle()
  const resting = (channel: string, thread: string): Promise<true> =>
    slack.until(() => team.sessions.get(`${channel}/${thread}`)?.status === 'active' || undefined)
  await resting(town, ts)
  expect(slack.said(town).join('\n')).not.toContain('word600')

  const direct = people.direct('UBOB')
  await people.openHome('UBOB', team, 'messages').acked
  expect(await slack.until(() => team.suggestions.get(`${direct}/`))).toHaveLength(3)
  const { ts: asked } = people.say('UBOB', '!slow 60 600')
  await slack.see(direct, /word2/)
  await people.stop('UBOB', direct, asked).acked
  await bot.idle()
  await resting(direct, asked)
  const { ts: again } = people.say('UBOB', '!say in a thread of its own')
  expect(await slack.see(direct, /^in a thread/)).toMatchObject({ threadTs: again })
  await bot.idle()
  await resting(direct, again)
})

test('a panel that is opened has something to begin with; what is written in it is answered in it', async () => {
  const { slack } = await startSlackRig()
  const direct = slack.people.direct('UANN')
  const { ts } = slack.people.openPanel('UANN')
  await slack.until(() => slack.team.suggestions.get(`${direct}/${ts}`))
  slack.people.say('UANN', '!say in the panel', { thread: ts })
  const answer = await slack.see(direct, /^in the panel$/)
  expect(answer.threadTs).toBe(ts)
  expect(await slack.until(() => slack.team.titles.get(`${direct}/${ts}`))).toBe('!say in the panel')
})
