import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { link, mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { longMarkdown } from '../../src/demo/long.ts'
import { isFinal } from '../fakes/scripted/fake-chat.ts'
import { startRig } from '../rig/bot.ts'
import { brokenPicture, picture } from '../rig/pictures.ts'
import { startProgramRig } from '../rig/program.ts'

test('files land in the inbox under safe names; Claude sees the picture and is told of the rest', async () => {
  const { chat, dir, model } = await startRig()
  await chat.say('ann', '!say got them', {
    files: [
      { name: '../../evil\u0000 \u202Egnp.sh', content: 'echo evil' },
      // Named like a text, and a picture all the same.
      { name: 'notes.txt', content: picture('png'), mime: 'text/plain' },
      { name: 'NOTES.txt', content: 'other words' },
      { name: 'fake.png', content: 'no picture', mime: 'image/png' },
    ],
  })
  await chat.seeEnd('ann', /got them/)
  const inbox = join(await workspaceIn(dir), 'inbox')
  expect((await readdir(inbox)).toSorted()).toEqual(['NOTES-2.txt', 'evil gnp.sh', 'fake.png', 'notes.txt'])
  expect(await readFile(join(inbox, 'NOTES-2.txt'), 'utf8')).toBe('other words')
  const request = JSON.stringify(model.requests.at(-1)?.body)
  expect(request.match(/"type":"image"/g)).toHaveLength(1)
  expect(request).toContain('"media_type":"image/png"')
  for (const name of ['evil gnp.sh', 'NOTES-2.txt', 'fake.png']) expect(request).toContain(`inbox/${name}`)
  expect(request).toMatch(/notes\.txt[^\n]{0,40}shown to you as picture 1/)
  expect(await readdir(join(dir, 'data', 'incoming'))).toEqual([])
})

test('what is too large, too many or cannot be fetched is said in the chat and to Claude, and the turn goes on', async () => {
  const { chat, model } = await startRig({ files: { maxBytes: '1KB', maxCount: 3 } })
  chat.refuse('download', { code: 'gone', message: 'the file was deleted' })
  await chat.say('ann', '!say all the same', {
    files: [
      { name: 'deleted.txt', content: 'x' },
      { name: 'honest.bin', content: 'x', bytes: 5000 },
      { name: 'liar.bin', content: Buffer.alloc(5000), bytes: 10 },
      { name: 'fourth.txt', content: 'x' },
    ],
  })
  await chat.seeEnd('ann', /all the same/)
  const notice = await chat.see('ann', /Not all files arrived/)
  expect(notice.text).toMatch(/deleted\.txt.*the file was deleted/)
  expect(notice.text).toMatch(/honest\.bin.*larger than 1 KB/)
  expect(notice.text).toMatch(/liar\.bin.*larger than 1 KB/)
  expect(notice.text).toMatch(/fourth\.txt.*no more than 3 files/)
  const request = JSON.stringify(model.requests.at(-1)?.body)
  for (const name of ['deleted.txt', 'honest.bin', 'liar.bin', 'fourth.txt']) expect(request).toContain(name)
})

test('a picture that is damaged is not shown to Claude, both sides are told, and the conversation goes on', async () => {
  const { chat, dir, model } = await startRig()
  const cut = picture('png').subarray(0, 50)
  await chat.say('ann', '!say have it', { files: [{ name: 'cut.png', content: cut }] })
  await chat.seeEnd('ann', /have it/)
  const notice = await chat.see('ann', /pictures are damaged/)
  expect(notice.text).toMatch(/- ` inbox\/cut\.png `$/)
  const body = JSON.stringify(model.requests.at(-1)?.body)
  expect(body).not.toContain('"type":"image"')
  expect(body).toMatch(/inbox\/cut\.png[^\n]{0,20}a damaged picture/)
  expect(await readFile(join(await workspaceIn(dir), 'inbox', 'cut.png'))).toEqual(cut)
  await chat.say('ann', '!say again\n@inbox/cut.png')
  await chat.seeEnd('ann', /again/)
  expect(chat.in('ann').filter(({ text }) => text.includes('pictures are damaged'))).toHaveLength(2)
})

test('a picture that only the API finds out to be broken costs one answer at the most, never the session', async () => {
  const { chat, model } = await startRig()
  await chat.say('ann', 'The word is heron.')
  await chat.seeEnd('ann', /heron/)
  await chat.say('ann', 'look', { files: [{ name: 'broken.png', content: brokenPicture() }] })
  await chat.until(() => chat.in('ann').filter(isFinal)[1])
  expect(JSON.stringify(model.requests.map(({ body }) => body))).toContain('"type":"image"')
  await chat.say('ann', '!recall')
  expect((await chat.seeEnd('ann', /1\. The word is heron/)).reply).toMatchObject({ outcome: 'answered' })
})

test('an inbox that leads elsewhere is not written to', async () => {
  const { chat, dir } = await startRig()
  await chat.say('ann', '!say hello')
  await chat.seeEnd('ann', /hello/)
  const workspace = await workspaceIn(dir)
  const elsewhere = join(dir, 'elsewhere')
  await mkdir(elsewhere)
  await symlink(elsewhere, join(workspace, 'inbox'))
  await chat.say('ann', '!say one', { files: [{ name: 'a.txt', content: 'x' }] })
  await chat.see('ann', /Not all files arrived/)
  await chat.seeEnd('ann', /one/)
  expect(await readdir(elsewhere)).toEqual([])

  // Nor along a link under the file's own name.
  await rm(join(workspace, 'inbox'))
  await mkdir(join(workspace, 'inbox'))
  await writeFile(join(elsewhere, 'mine.txt'), 'untouched')
  await symlink(join(elsewhere, 'mine.txt'), join(workspace, 'inbox', 'a.txt'))
  await chat.say('ann', '!say two', { files: [{ name: 'a.txt', content: 'x' }] })
  await chat.seeEnd('ann', /two/)
  expect(await readFile(join(workspace, 'inbox', 'a-2.txt'), 'utf8')).toBe('x')
  expect(await readFile(join(elsewhere, 'mine.txt'), 'utf8')).toBe('untouched')
})

test('kill -9 while Claude works on a file: it lies in the inbox once, and what waited brings its own', async () => {
  const { chat, dir, start } = await startProgramRig()
  const before = start()
  await chat.say('ann', '!slow 60 600', { files: [{ name: 'a.txt', content: 'kept' }] })
  await chat.see('ann', /word1/)
  await chat.say('ann', '!say second', { files: [{ name: 'b.txt', content: 'kept too' }] })
  await before.kill()
  start()
  await chat.say('ann', '/stop')
  await chat.seeEnd('ann', /second/)
  const inbox = join(await workspaceIn(dir), 'inbox')
  expect((await readdir(inbox)).toSorted()).toEqual(['a.txt', 'b.txt'])
})

const sendFile = (path: string, caption?: string): string =>
  `!tool mcp__chat__send_file ${JSON.stringify({ path, ...(caption === undefined ? {} : { caption }) })}`

test('Claude sends a file of the workspace, unasked, and a word on the way', async () => {
  const { chat, dir } = await startRig({ claude: { permissionMode: 'acceptEdits' } })
  await chat.say(
    'ann',
    `!write out/report.txt all is well\n!tool mcp__chat__send_message {"text":"half way"}\n${sendFile('out/report.txt', 'Here it is')}`,
  )
  await chat.seeEnd('ann', /Sent\./)
  const [word, file] = chat.in('ann').filter((shown) => !isFinal(shown))
  expect(word).toMatchObject({ text: 'half way' })
  expect(file).toMatchObject({
    reply: { kind: 'file', name: 'report.txt', bytes: 11, caption: 'Here it is' },
  })
  expect(file?.content?.toString()).toBe('all is well')
  // The copy has served.
  await expect.poll(() => readdir(join(dir, 'data', 'outbox'))).toEqual([])
})

test('no path leads out of the workspace, and nothing is read but regular files', async () => {
  const { chat, dir } = await startRig()
  await chat.say('ann', '!say hello')
  await chat.seeEnd('ann', /hello/)
  const workspace = await workspaceIn(dir)
  const secret = join(dir, 'secret.txt')
  await writeFile(secret, 'SECRET')
  await symlink(secret, join(workspace, 'link.txt'))
  await symlink(dir, join(workspace, 'way-out'))
  await link(secret, join(workspace, 'hard.txt'))
  execFileSync('mkfifo', [join(workspace, 'pipe')])
  const hostile = [secret, '/etc/passwd', '../../../../secret.txt', 'link.txt', 'way-out/secret.txt']
  const others = ['hard.txt', 'pipe', '.', 'missing.txt', 'a\u0000b']
  await chat.say('ann', [...hostile, ...others].map((path) => sendFile(path)).join('\n'))
  const { text } = await chat.seeEnd('ann', /reason given/)
  expect(text.match(/Not sent: that lies outside/g)).toHaveLength(hostile.length)
  expect(text.match(/Not sent: /g)).toHaveLength(hostile.length + others.length)
  expect(chat.in('ann').filter(({ reply }) => reply.kind === 'file')).toEqual([])
  expect(text).not.toContain('SECRET')
})

test('files are counted and weighed; a chat without files is told of them in words', async () => {
  const rig = await startRig(
    { files: { perTurn: 2 }, claude: { permissionMode: 'acceptEdits' } },
    { fileBytes: 10 },
  )
  const { chat, dir } = rig
  const written = ['a', 'b', 'c'].map((name) => `!write ${name}.txt ${name}`)
  await chat.say('ann', [...written, '!write large.txt more than ten bytes'].join('\n'))
  await chat.seeEnd('ann', /large/)
  await chat.say('ann', [sendFile('a.txt'), sendFile('large.txt'), sendFile('c.txt')].join('\n'))
  const { text } = await chat.seeEnd('ann', /No more than 2/)
  expect(text).toMatch(/has 19 bytes, and this chat takes 10 bytes/)
  expect(chat.in('ann').filter(({ reply }) => reply.kind === 'file')).toHaveLength(1)

  const socket = join(dir, 'chat.sock')
  const module = new URL('../fakes/scripted/adapter.ts', import.meta.url).pathname
  await rig.restart({ adapters: { scripted: { module, socket, fileBytes: 0 } } })
  await chat.say('ann', sendFile('b.txt', 'a caption'))
  await chat.see('ann', /^a caption\n\n`b\.txt` \(1 byte; this chat takes no files\)$/)
})

test('a file that the chat refuses is told of in words', async () => {
  const { chat } = await startRig({ claude: { permissionMode: 'acceptEdits' } })
  await chat.say('ann', '!write a.txt x')
  await chat.seeEnd('ann', /./)
  chat.refuse('send', { code: 'forbidden', message: 'no scope for files' })
  await chat.say('ann', sendFile('a.txt'))
  const words = await chat.see('ann', /`a\.txt` \(1 byte; the chat refused the file\)/)
  expect(words.key).toMatch(/^scripted:.*\/file\//)
})

test('kill -9 after the promise: the file arrives as it was promised', async () => {
  const { chat, dir, start } = await startProgramRig({ claude: { permissionMode: 'acceptEdits' } })
  const before = start()
  await chat.say('ann', '!write a.txt as promised')
  await chat.seeEnd('ann', /./)
  // The chat is out of reach while the file is promised.
  chat.refuse('send', { code: 'throttled', message: 'slow down', retryAfter: 3000 })
  await chat.say('ann', `${sendFile('a.txt')}\n!write b.txt done\n!slow 60 600`)
  const workspace = await workspaceIn(dir)
  await chat.until(() => (existsSync(join(workspace, 'b.txt')) ? true : undefined))
  await before.kill()
  await writeFile(join(workspace, 'a.txt'), 'changed since')
  start()
  const file = await chat.see('ann', ({ reply }) => reply.kind === 'file')
  expect(file.content?.toString()).toBe('as promised')
})

test('@path brings a file of the own workspace, and nothing from elsewhere', async () => {
  const { chat, dir, model } = await startRig()
  await chat.say('ann', '!say hello')
  await chat.seeEnd('ann', /hello/)
  const workspace = await workspaceIn(dir)
  await mkdir(join(workspace, 'docs'))
  await writeFile(join(workspace, 'docs', 'plan.md'), 'PLAN-77 with ``` in it')
  await writeFile(join(workspace, 'cat.png'), picture('png'))
  await writeFile(join(workspace, 'large.log'), 'LOGLINE\n'.repeat(300 * 128))
  await writeFile(join(dir, 'secret.txt'), 'SECRET')
  await symlink(join(dir, 'secret.txt'), join(workspace, 'link.txt'))
  const outside = `@link.txt @../secret.txt @${dir}/secret.txt @/etc/passwd @~/x @nobody zoe@docs/plan.md`
  await chat.say('ann', `!say seen\n${outside}`)
  await chat.seeEnd('ann', /seen/)
  const without = JSON.stringify(model.requests.at(-1)?.body)
  expect(without).toContain(outside)
  for (const never of ['SECRET', 'root:x:0', 'PLAN-77', 'names these files']) {
    expect(without).not.toContain(never)
  }
  await chat.say('ann', '(see @docs/plan.md, @cat.png, @large.log.)\n!say read')
  await chat.seeEnd('ann', /read/)
  const body = JSON.stringify(model.requests.at(-1)?.body)
  expect(body).toContain('````\\nPLAN-77 with ``` in it\\n````')
  expect(body).toMatch(/cat\.png[^\n]{0,40}shown to you as picture 1/)
  expect(body).toContain('"type":"image"')
  expect(body).toMatch(/large\.log\\" \(300 KB\)/)
  expect(body).not.toContain('LOGLINE')
})

test('an answer that would flood the chat comes as its beginning and a file, also after a restart', async () => {
  const rig = await startRig({}, { text: 400, can: ['find'] })
  const { chat, dir } = rig
  chat.refuse('send', { code: 'auth', message: 'the token was revoked' })
  await chat.say('ann', '!long 20')
  await rig.restart()
  const file = await chat.see('ann', ({ reply }) => reply.kind === 'file')
  expect(file).toMatchObject({ reply: { name: 'answer.md', mime: 'text/markdown' } })
  expect(file.content?.toString()).toBe(longMarkdown(20 * 1024))
  expect(chat.in('ann')).toHaveLength(2)
  const [beginning] = chat.in('ann')
  expect(beginning?.text).toMatch(/The whole answer \(20 KB\) is in answer\.md/)
  expect(beginning?.text.length).toBeLessThanOrEqual(400)
  expect(beginning?.reply).toMatchObject({ outcome: 'answered' })
  await expect.poll(() => readdir(join(dir, 'data', 'outbox'))).toEqual([])
})

async function workspaceIn(dir: string): Promise<string> {
  const users = join(dir, 'data', 'users')
  const [home] = z
    .array(z.string())
    .min(1)
    .parse(await readdir(users))
  return join(users, home ?? '', 'workspace')
}

test('/retry sends what came along and what was named by @ again, also after a restart, and says what is gone', async () => {
  const rig = await startRig()
  const { chat, dir, model } = rig
  await chat.say('ann', '!say first\n@inbox/list.txt', {
    files: [
      { name: 'list.txt', content: 'HERON-LIST' },
      { name: 'shot.png', content: picture('png') },
    ],
  })
  await chat.seeEnd('ann', /first/)
  await rig.restart()
  const before = model.requests.length
  const again = async (answers: number): Promise<string> => {
    await chat.say('ann', '/retry')
    await chat.until(() => chat.in('ann').filter(({ text }) => text.startsWith('first'))[answers - 1])
    const messages = z.object({ messages: z.array(z.unknown()) }).parse(model.requests.at(-1)?.body).messages
    return JSON.stringify(messages.at(-1))
  }
  const asked = await again(2)
  expect(model.requests.length).toBeGreaterThan(before)
  expect(asked).toContain('HERON-LIST')
  expect(asked).toMatch(/files came with this message[^]*inbox\/shot\.png/)
  expect(asked.match(/"type":"image"/g)).toHaveLength(1)
  await rm(join(await workspaceIn(dir), 'inbox', 'shot.png'))
  const third = await again(3)
  expect(third).not.toContain('"type":"image"')
  await chat.see('ann', /Not all files arrived[^]*shot\.png/)
})
