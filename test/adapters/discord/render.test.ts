/** Replies as Discord shows them. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { customId, pressed } from '../../../adapters/discord/answers.ts'
import { DiscordMessage, Guild, Interaction } from '../../../adapters/discord/events.ts'
import { measure, promptContent, textContent, wordsModal } from '../../../adapters/discord/render.ts'
import { discordMarkdown, escaped } from '../../../adapters/discord/text.ts'
import { promptReply } from '../conformance/rig.ts'

const table = '| Name | n |\n|:--|--:|\n| **heron** | 1 |\n| 鷺 `x` | 20 |'
const tableShown = ['```', 'Name     n', '─────  ───', 'heron    1', '鷺 x    20', '```'].join('\n')

const rendered: readonly [string, string, string][] = [
  ['bold by underscores, which are an underline here', '__bold__ and a__b__c', '**bold** and a__b__c'],
  ['headings beyond the third', '#### Deep **down** ####', '**Deep down**'],
  ['tasks', '- [ ] one\n- [x] two', '- ☐ one\n- ☑ two'],
  ['rules', 'a\n\n---\n\nb', 'a\n\n⸻\n\nb'],
  [
    'pictures',
    '![heron](https://e.org/h.png) ![](https://e.org/x.png)',
    '[heron](https://e.org/h.png) https://e.org/x.png',
  ],
  ['line breaks by a backslash', 'one\\\ntwo<br>three', 'one\ntwo\nthree'],
  ['tables', `before\n\n${table}\n\nafter`, `before\n\n${tableShown}\n\nafter`],
  ['nothing in inline code', '`__x__ <br>` and ``a ` __b__``', '`__x__ <br>` and ``a ` __b__``'],
  [
    'nothing in a fence',
    '```md\n__x__\n| a |\n|---|\n#### h\n```',
    '```md\n__x__\n| a |\n|---|\n#### h\n```',
  ],
  ['fences of tildes, which Discord does not know', '~~~js\n```\n~~~', '```js\n```\n```'],
  [
    'code and tables in a quote',
    `> \`\`\`py\n> __init__\n>   <br>\n> \`\`\`\n>__after__\n>\n> > deeper\n\nout`,
    '> ```py\n> __init__\n>   <br>\n> ```\n> **after**\n> \n> > deeper\n\nout',
  ],
  ['a table in a quote', '> | a |\n> |---|\n> | 1 |', '> ```\n> a\n> ───\n> 1\n> ```'],
  ['three signs, which would quote all the rest', '>>> one\ntwo', '> > > one\ntwo'],
  ['a title that is underlined', 'The __title__\n=====\ntext', '# The **title**\ntext'],
  [
    'two bars',
    'if a || b || c, then ||hidden|| `x || y`',
    'if a \\|\\| b \\|\\| c, then ||hidden|| `x || y`',
  ],
  ['tasks with numbers', '1. [x] one\n2) [ ] two', '1. ☑ one\n2) ☐ two'],
  ['half a pair', 'x\uD83D', 'x\uFFFD'],
]

test.each(rendered)('%s', (_, markdown, shown) => {
  expect(discordMarkdown(markdown)).toBe(shown)
})

test('plain words stay as they are, and measure what they are', () => {
  const words = fc
    .array(fc.constantFrom('word', '日本', '&', '<b>', '👍', 'x_y', '1.', 'a|b'))
    .map((all) => all.join(' '))
  fc.assert(
    fc.property(words, (text) => {
      expect(discordMarkdown(text)).toBe(text)
      expect(measure(text)).toBe(text.length)
    }),
  )
})

test('a text is never empty, an error has its sign', () => {
  expect(textContent({ markdown: ' ', tone: 'answer' }).content).toBe('…')
  expect(textContent({ markdown: 'no', tone: 'error' }).content).toBe('⚠️ no')
})

test('a prompt fits whatever is in it, and its fences are closed', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 4000, unit: 'binary' }),
      fc.string({ maxLength: 400 }),
      (markdown, title) => {
        const prompt = { ...promptReply(), title, markdown: `\`\`\`\n${markdown}` }
        expect(promptContent(prompt).content.length).toBeLessThanOrEqual(2000)
        const settled = { label: title, by: title, at: 0 }
        expect(promptContent({ ...prompt, settled }).content.length).toBeLessThanOrEqual(2000)
      },
    ),
  )
  const { content } = promptContent({ ...promptReply(), markdown: `\`\`\`\n${'x\n'.repeat(2000)}` })
  expect(content.match(/^```/gm)).toHaveLength(2)
  const listed = promptContent({ ...promptReply(), markdown: `- \`\`\`bash\n${'  x\n'.repeat(2000)}` })
  expect(listed.content.match(/```/g)).toHaveLength(2)
})

test('of a list in an event what is odd is left out, and nothing else', () => {
  const message = DiscordMessage.parse({
    id: '1',
    channel_id: '2',
    type: 0,
    content: '',
    timestamp: '',
    author: { id: '3' },
    mentions: [{ id: 'x' }, { id: '4' }],
    attachments: [null, { id: '5', filename: 'a', url: 'https://cdn.discordapp.com/a' }],
  })
  expect(message.mentions).toEqual([{ id: '4' }])
  expect(message.attachments).toMatchObject([{ id: '5' }])
  const channels = [
    { id: '7', type: 'x' },
    { id: '8', type: 0 },
  ]
  expect(Guild.parse({ id: '6', channels, threads: {} })).toMatchObject({
    channels: [{ id: '8' }],
    threads: [],
  })
})

test('nothing in a title is markup', () => {
  expect(escaped('**a** [b](c) `d` @everyone <@1>')).toBe(
    '\\*\\*a\\*\\* \\[b\\]\\(c\\) \\`d\\` \\@everyone \\<\\@1\\>',
  )
})

const base = { id: '1000000000000000000', token: 't', channel_id: '5', user: { id: '7', username: 'ann' } }

test('a list of several comes back as all that was taken', () => {
  const choices = [1, 2, 3].map((n) => ({ id: `c${n}`, label: `Choice ${n}`, description: `is ${n}` }))
  const prompt = { ...promptReply(), choices, multiple: true, ownText: true }
  const [list, own] = promptContent(prompt).components
  expect(list).toMatchObject({ components: [{ type: 3, min_values: 1, max_values: 3 }] })
  expect(own).toMatchObject({ components: [{ type: 2, label: 'Answer in own words …' }] })
  const data = { custom_id: customId('list', prompt.prompt), values: ['choice:c1', 'choice:c3'] }
  expect(pressed(Interaction.parse({ ...base, type: 3, data }))).toMatchObject({
    kind: 'answer',
    answer: { prompt: prompt.prompt, choices: ['c1', 'c3'], from: { id: '7', name: 'ann' }, direct: true },
  })
})

test('more choices than buttons stand in a list; one of them may ask for words', () => {
  const choices = Array.from({ length: 25 }, (_, n) => ({ id: `c${n}`, label: `Choice ${n}`, text: n === 0 }))
  const prompt = { ...promptReply(), choices }
  expect(promptContent(prompt).components).toMatchObject([{ components: [{ type: 3, max_values: 1 }] }])
  const data = { custom_id: customId('list', prompt.prompt), values: ['words:c0'] }
  expect(pressed(Interaction.parse({ ...base, type: 3, data }))).toEqual({
    kind: 'words',
    prompt: prompt.prompt,
    choice: 'c0',
  })
})

test('commands are offered once each, in their styles, and none that Discord would not take', () => {
  const address = { adapter: 'discord', channel: '5' }
  const buttons = [
    { label: 'stop it', says: '/stop', style: 'danger', address },
    { label: 'again', says: '/stop', address },
    { label: 'long', says: `/help ${'鹭'.repeat(20)}`, address },
    ...Array.from({ length: 30 }, (_, n) => ({ label: `m${n}`, says: `/model m${n}`, address })),
  ] as const
  const { components } = textContent({ markdown: 'x', tone: 'notice', buttons })
  const shown = components.flatMap((row): readonly unknown[] => ('components' in row ? row.components : []))
  expect(shown).toHaveLength(20)
  expect(shown.slice(0, 2)).toMatchObject([
    { label: 'stop it', style: 4 },
    { label: 'm0', custom_id: 'parley/say/%2Fmodel%20m0' },
  ])
  expect(
    pressed(Interaction.parse({ ...base, type: 3, data: { custom_id: 'parley/say/%2Fstop' } })),
  ).toBeNull()
})

test('buttons of others, and what looks like ours and is not, are left alone', () => {
  for (const custom_id of [
    'other',
    'parley',
    'parley/what/x',
    'parley/choice/x',
    'parley/%E0%A4%A/x',
    'parley/list/x',
  ]) {
    expect(pressed(Interaction.parse({ ...base, type: 3, data: { custom_id } }))).toBeNull()
  }
  expect(pressed(Interaction.parse({ ...base, type: 2, data: { name: 'a command' } }))).toBeNull()
})

test('its own words are in the language of whoever is asked', () => {
  const choices = [{ id: 'a', label: '是', description: '好' }]
  const rows = promptContent({ ...promptReply(), choices, ownText: true, language: 'zh' }).components
  expect(JSON.stringify(rows)).toMatch(/请选择…[^]*自己写回答…/)
  expect(wordsModal('p', 'c', 'zh-TW').title).toBe('你的话')
  expect(wordsModal('p', 'c', 'de').title).toBe('Your words')
})
