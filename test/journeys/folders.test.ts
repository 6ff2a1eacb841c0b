/** Files while Claude works elsewhere than in the workspace: its folder and the workspace are open, nothing else is. */
import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { FakeChat } from '../fakes/scripted/fake-chat.ts'
import { type Rig, startRig } from '../rig/bot.ts'
import { testDir } from '../rig/dir.ts'

interface Shared extends Rig {
  readonly project: string
  readonly own: string
}

/** A project with links that lead out, and a workspace beside it, with the same and with files of their own. */
async function startShared(): Promise<Shared> {
  const project = join(await testDir('shared-'), 'site')
  const secret = join(await testDir('secret-'), 'secret.txt')
  await mkdir(join(project, 'docs'), { recursive: true })
  // The operator may name the project by a link.
  const link = join(await testDir('links-'), 'link-to-site')
  await symlink(project, link)
  const rig = await startRig({ projects: { site: link } })
  await rig.chat.say('ann', '!say hello')
  await rig.chat.seeEnd('ann', /hello/)
  const [home = ''] = await readdir(join(rig.dir, 'data', 'users'))
  const own = join(rig.dir, 'data', 'users', home, 'workspace')
  await mkdir(join(own, 'sub'))
  await writeFile(secret, 'SECRET')
  await writeFile(join(project, 'docs', 'page.txt'), 'PAGE-1')
  await writeFile(join(project, 'both.txt'), 'OF THE PROJECT')
  await writeFile(join(own, 'both.txt'), 'OF THE WORKSPACE')
  await writeFile(join(own, 'own.txt'), 'OWN-1')
  await writeFile(join(own, 'sub', 'deep.txt'), 'DEEP-1')
  for (const folder of [project, own]) {
    await symlink(secret, join(folder, 'link.txt'))
    await symlink(join(secret, '..'), join(folder, 'way-out'))
  }
  return { ...rig, project, own }
}

function sending(...paths: readonly string[]): string {
  return paths.map((path) => `!tool mcp__chat__send_file ${JSON.stringify({ path })}`).join('\n')
}

function sent(chat: FakeChat): (string | undefined)[] {
  return chat.in('ann').flatMap(({ reply, content }) => (reply.kind === 'file' ? [content?.toString()] : []))
}

test('in a project: its files and those of the workspace are sent, none that lies elsewhere, links included', async () => {
  const { chat, bot, project, own, dir } = await startShared()
  await chat.say('bob', '!say hello')
  await chat.seeEnd('bob', /hello/)
  const bobs = (await readdir(join(dir, 'data', 'users'))).find((name) => name.includes('bob')) ?? ''
  const ofBob = join(dir, 'data', 'users', bobs, 'workspace', 'bob.txt')
  await writeFile(ofBob, 'SECRET')
  await chat.say('ann', '/cd site')
  await chat.say(
    'ann',
    sending('docs/page.txt', 'both.txt', 'own.txt', `${own}/both.txt`, `${project}/both.txt`),
  )
  await bot.idle()
  // The same name and content twice is one file.
  expect(sent(chat)).toEqual(['PAGE-1', 'OF THE PROJECT', 'OWN-1', 'OF THE WORKSPACE'])
  const hostile = ['link.txt', 'way-out/secret.txt', `${project}/link.txt`, `${own}/link.txt`]
  const others = ['../site/../x', '/etc/passwd', ofBob, join(dir, 'config.yaml'), project, own]
  await chat.say('ann', sending(...hostile, ...others))
  const { text } = await chat.seeEnd('ann', /Not sent/)
  expect(text.match(/Not sent: /g)).toHaveLength(hostile.length + others.length)
  expect(sent(chat)).toHaveLength(4)
  expect(text).not.toContain('SECRET')

  await chat.say('ann', '/cd .')
  await chat.say('ann', sending(`${project}/docs/page.txt`, 'docs/page.txt', 'both.txt'))
  await bot.idle()
  expect(sent(chat).slice(4)).toEqual(['OF THE WORKSPACE'])
})

test('@path means the folder first, then the workspace; what is inlined is named so that Claude finds it', async () => {
  const { chat, bot, model, own } = await startShared()
  const told = async (text: string): Promise<string> => {
    await chat.say('ann', text)
    await bot.idle()
    return model.requests.at(-1)?.lastUserText ?? ''
  }
  await chat.say('ann', '/cd site')
  const inProject = await told(
    'see @docs/page.txt @both.txt @own.txt @link.txt @way-out/secret.txt @sub/../own.txt',
  )
  for (const [path, content] of [
    ['docs/page.txt', 'PAGE-1'],
    ['both.txt', 'OF THE PROJECT'],
    [`${own}/own.txt`, 'OWN-1'],
  ] as const) {
    expect(inProject).toContain(JSON.stringify(path))
    expect(inProject).toContain(content)
  }
  expect(inProject).not.toMatch(/SECRET|OF THE WORKSPACE/)

  await chat.say('ann', '/cd sub')
  const inSub = await told('see @deep.txt @own.txt @both.txt @docs/page.txt @link.txt')
  expect(inSub).toContain(JSON.stringify(`${own}/sub/deep.txt`))
  expect(inSub).toMatch(/DEEP-1[^]*OWN-1[^]*OF THE WORKSPACE/)
  expect(inSub).not.toMatch(/SECRET|PAGE-1/)
})

test.each(['workspace', 'home'] as const)(
  'a link in the place of the %s opens nothing: neither to @path, nor to send_file, nor to a new process',
  async (swapped) => {
    const { chat, bot, model, own } = await startShared()
    const elsewhere = join(await testDir('elsewhere-'), 'home')
    await mkdir(join(elsewhere, 'workspace', 'docs'), { recursive: true })
    await writeFile(join(elsewhere, 'workspace', 'secret.txt'), 'SECRET')
    const place = swapped === 'workspace' ? own : join(own, '..')
    await rename(place, `${place}.old`)
    await symlink(swapped === 'workspace' ? join(elsewhere, 'workspace') : elsewhere, place)
    await chat.say('ann', 'see @secret.txt')
    await chat.seeEnd('ann', /not where it was made/)
    await chat.say('ann', sending('secret.txt', join(own, 'secret.txt')))
    await bot.idle()
    expect(sent(chat)).toEqual([])
    await chat.say('ann', '/projects')
    expect((await chat.seeEnd('ann', /project/i)).text).not.toContain('docs')
    await chat.say('ann', '/cd docs')
    await bot.idle()
    await chat.say('ann', '/new')
    await chat.say('ann', '!say begun there')
    await chat.until(() => chat.in('ann').filter(({ text }) => /not where it was made/.test(text))[2])
    expect(model.requests.map(({ lastUserText }) => lastUserText).join('\n')).not.toContain('SECRET')

    await rm(place)
    await rename(`${place}.old`, place)
    await chat.say('ann', 'see @own.txt')
    await chat.seeEnd('ann', /OWN-1/)
  },
)
