/** What was said, to keep: as a file where the chat takes files. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startRig } from '../rig/bot.ts'

test('/export sends the session as a file, Markdown or JSON, named as the session is; once, and through a restart', async () => {
  const rig = await startRig()
  const { chat, dir } = rig
  await chat.say('ann', '/export')
  await chat.seeEnd('ann', /Nothing was said yet/)
  await chat.say('ann', 'The word is heron.')
  await chat.say('ann', '/rename my birds')
  await rig.bot.idle()
  chat.refuse('send', { code: 'auth', message: 'the token was revoked' })
  await chat.say('ann', '/export', { id: 'E' })
  await rig.restart()
  const markdown = await chat.see('ann', ({ reply }) => reply.kind === 'file')
  expect(markdown.reply).toMatchObject({ name: 'my birds.md', mime: 'text/markdown' })
  expect(markdown.content?.toString()).toMatch(
    /^\*\*scripted:ann\*\* \w{3} \d+, \d{4}, [:0-9]+ UTC\n\nThe word is heron\./,
  )
  expect((await chat.seeEnd('ann', /my birds\.md/)).reply).toMatchObject({ outcome: 'answered' })
  expect(await chat.say('ann', '/export', { id: 'E' })).toBe('duplicate')

  await chat.say('ann', '/export json')
  const json = await chat.see('ann', ({ reply }) => reply.kind === 'file' && reply.name.endsWith('.json'))
  expect(JSON.parse(json.content?.toString() ?? '')).toMatchObject([
    { role: 'user', user: 'scripted:ann', text: 'The word is heron.' },
    { role: 'assistant' },
  ])
  await rig.bot.idle()
  expect(chat.in('ann').filter(({ reply }) => reply.kind === 'file')).toHaveLength(2)
  // The copies have served.
  expect(await readdir(join(dir, 'data', 'outbox'))).toEqual([])
})

test.each([0, 20])('a chat that takes files of %i bytes is shown the export as text', async (fileBytes) => {
  const { chat } = await startRig({}, { fileBytes })
  await chat.say('ann', 'The word is heron.')
  await chat.say('ann', '/new')
  await chat.say('ann', 'The word is trout.')
  await chat.seeEnd('ann', /trout/)
  await chat.say('ann', '/export')
  const { text } = await chat.seeEnd('ann', /^\*\*scripted:ann\*\*[^]*The word is trout/)
  expect(text).not.toContain('heron')
  await chat.say('ann', '/export all json')
  expect((await chat.seeEnd('ann', /```json/)).text).toMatch(/heron[^]*trout/)
  await chat.say('ann', '/export pdf')
  await chat.seeEnd('ann', /takes `markdown`, `json` and `all`, not `pdf`/)
})
