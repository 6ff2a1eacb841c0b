import { mkdir, readFile, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Rig, startRig } from '../rig/bot.ts'
import { testDir } from '../rig/dir.ts'

async function workspace({ dir }: Rig): Promise<string> {
  const [home = ''] = await readdir(join(dir, 'data', 'users'))
  return join(dir, 'data', 'users', home, 'workspace')
}

test('several sessions with names: each keeps its memory, through a restart', async () => {
  const rig = await startRig()
  const { chat } = rig
  await chat.say('ann', 'The word is heron.')
  await chat.say('ann', '/rename birds')
  await chat.seeEnd('ann', /`birds` now/)
  await chat.say('ann', '/new fish')
  await chat.say('ann', 'The word is trout.')
  await rig.bot.idle()
  await rig.restart()
  await chat.say('ann', '/sessions')
  expect((await chat.seeEnd('ann', /you are here/)).text).toMatch(
    /1 \| birds \|[^]*2 \| fish \|.*you are here/,
  )
  await chat.say('ann', '/resume bir')
  await chat.seeEnd('ann', /Back in session 1, `birds`/)
  await chat.say('ann', '!recall')
  const first = await chat.seeEnd('ann', /^1\./)
  expect(first.text).toContain('heron')
  expect(first.text).not.toContain('trout')
  await chat.say('ann', '/resume 2')
  await chat.say('ann', '!say of fish\n!recall')
  await chat.seeEnd('ann', /Back in session 2, `fish`/)
  await chat.say('ann', '!recall')
  expect((await chat.seeEnd('ann', /trout/)).text).not.toContain('heron')
})

test('a fork knows what was said before, and the original hears nothing of it', async () => {
  const rig = await startRig()
  const { chat } = rig
  await chat.say('ann', '/fork')
  await chat.seeEnd('ann', /nothing to fork yet/)
  await chat.say('ann', 'The word is heron.')
  await chat.say('ann', '/fork try')
  await chat.seeEnd('ann', /copy of the session/)
  await rig.restart()
  await chat.say('ann', 'The other word is trout.\n!recall')
  await chat.seeEnd('ann', /1\. The word is heron/)
  await chat.say('ann', '/resume 1')
  await chat.say('ann', '!recall')
  const original = await chat.seeEnd('ann', /^1\. The word is heron\.\n2\. !recall$/)
  expect(original.text).not.toContain('trout')
})

test('wrong names are refused in words that teach', async () => {
  const { chat } = await startRig()
  await chat.say('ann', 'hello')
  for (const [text, answer] of [
    ['/rename', /wants a name/],
    ['/rename 12', /needs a letter/],
    ['/rename a/b', /at most 40 letters/],
    ['/resume nothing', /no session `nothing`/],
    ['/sessions some', /takes `all` or nothing/],
    ['/effort much', /one of: low, medium, high/],
    ['/help nothing', /no command `\/nothing`/],
    ['/cd ../..', /leads out of your workspace/],
    ['/cd nowhere', /no folder `nowhere`/],
    ['/undo now', /takes `yes` or nothing/],
    ['/cd /etc', /^`\/etc` leads out of your workspace/],
    ['/context please', /\/context takes no arguments/],
    ['/tools please', /\/tools takes no arguments/],
    ['/projects please', /\/projects takes no arguments/],
    ['/limits please', /\/limits takes no arguments/],
    ['/cost please', /\/cost takes no arguments/],
    ['/who is there', /\/who takes no arguments/],
    ['/retry please', /\/retry takes no arguments/],
    ['/status please', /\/status takes no arguments/],
    ['/link please', /nothing, or a code of eight/],
    ['/model a b', /named by one word/],
  ] as const) {
    await chat.say('ann', text)
    expect((await chat.seeEnd('ann', answer)).reply).toMatchObject({ outcome: 'failed' })
  }
})

test('what is typed wrongly is said back as a quotation, in which it names and links nobody', async () => {
  const { chat } = await startRig({ access: { allow: ['*'], loopGuard: { replies: 0 } } })
  const hostile = '`@everyone` <@U1> [here](http://evil.example)\n\n# and\n```\nmuch more of it'
  const names = ['resume', 'sessions', 'mode', 'effort', 'history', 'cd', 'help', 'export', 'lang', 'queue']
  for (const name of names) {
    const { length } = chat.in('ann')
    await chat.say('ann', `/${name} ${hostile}`)
    const { text } = await chat.until(() => chat.in('ann')[length])
    // Whatever is left outside of quotations.
    expect(text.replaceAll(/`[^`\n]*`/g, '')).not.toMatch(/everyone|U1|evil|# and|`/)
  }
})

test('choices are taken in any case', async () => {
  const { chat } = await startRig()
  await chat.say('ann', '/rename   release \t notes')
  await chat.seeEnd('ann', /`release notes` now/)
  for (const [text, answer] of [
    ['/sessions ALL', /release notes/],
    ['/export JSON', /Nothing was said/],
    ['/mode PLAN', /mode: plan/],
    ['/effort HIGH', /Effort: high/],
    ['/model Default', /Back to the default/],
    ['/HELP /Stop', /\/stop \[all\]/],
    ['/STOP ALL', /Nothing is running/],
  ] as const) {
    await chat.say('ann', text)
    expect((await chat.seeEnd('ann', answer)).reply).toMatchObject({ outcome: 'answered' })
  }
})

test('/cd goes to a project or a folder of the workspace, each with its own session; links out lead nowhere', async () => {
  const shared = await testDir('shared-')
  const rig = await startRig({ projects: { site: shared }, claude: { allowedTools: ['Bash'] } })
  const { chat } = rig
  await chat.say('ann', 'The word is heron.')
  await rig.bot.idle()
  const own = await workspace(rig)
  await mkdir(join(own, 'sub'))
  await symlink('/etc', join(own, 'out'))
  await chat.say('ann', '/projects')
  expect((await chat.seeEnd('ann', /Projects that/)).text).toMatch(/`site`[^]*`\.\/sub`/)
  await chat.say('ann', '/cd out')
  await chat.seeEnd('ann', /`out` leads out/)
  await chat.say('ann', '/cd site')
  await chat.seeEnd('ann', /works in `project:site` now/)
  await rig.restart()
  await chat.say('ann', '!bash pwd')
  await chat.seeEnd('ann', new RegExp(shared))
  await chat.say('ann', '/cd sub')
  await chat.say('ann', '!bash pwd')
  await chat.seeEnd('ann', /workspace\/sub/)
  await chat.say('ann', `!bash cat ${own}/inbox/a.txt`, { files: [{ name: 'a.txt', content: 'reached' }] })
  await chat.seeEnd('ann', /reached/)
  const told = rig.model.requests.map(({ lastUserText }) => lastUserText)
  expect(told.some((text) => text.includes(JSON.stringify(`${own}/inbox/a.txt`)))).toBe(true)
  await chat.say('ann', '/cd .')
  await chat.seeEnd('ann', /Your last session there goes on/)
  await chat.say('ann', '!recall')
  expect((await chat.seeEnd('ann', /^1\. The word is heron/)).text).not.toContain('pwd')
})

test('/undo shows, then puts back what the last turn did to files, after a restart too', async () => {
  const rig = await startRig({ claude: { allowedTools: ['Write', 'Edit'] } })
  const { chat } = rig
  await chat.say('ann', '/undo')
  await chat.seeEnd('ann', /no turn to undo/)
  await chat.say('ann', '!write a.txt one')
  await chat.say('ann', '!edit a.txt one => two')
  await rig.bot.idle()
  const file = join(await workspace(rig), 'a.txt')
  expect(await readFile(file, 'utf8')).toBe('two')
  await rig.restart()
  await chat.say('ann', '/undo')
  await chat.seeEnd('ann', /would put back:[^]*`a\.txt`/)
  expect(await readFile(file, 'utf8')).toBe('two')
  await chat.say('ann', '/undo yes')
  await chat.seeEnd('ann', /Put back[^]*`a\.txt`/)
  expect(await readFile(file, 'utf8')).toBe('one')
  await chat.say('ann', '/undo yes')
  await rig.bot.idle()
  await expect(readFile(file)).rejects.toThrow('ENOENT')
})

test("Claude's own commands are passed on by name, those that reach its config stay text", async () => {
  const rig = await startRig()
  const { chat, model } = rig
  await chat.say('ann', 'The word is heron.')
  await chat.say('ann', '/context')
  await chat.seeEnd('ann', /Context Usage/i)
  await chat.say('ann', '/config theme=dark')
  await chat.say('ann', '/nonsense')
  await rig.bot.idle()
  const asked = model.requests.map(({ lastUserText }) => lastUserText)
  expect(asked).toContain('/config theme=dark')
  expect(asked).toContain('/nonsense')
  await chat.say('ann', '/compact')
  await chat.seeEnd('ann', /summed up/)
  await rig.restart()
  await chat.say('ann', '!say on we go')
  expect((await chat.seeEnd('ann', /^on we go$/)).reply).toMatchObject({ outcome: 'answered' })
})

test('/retry sends the last message again; /tools, /effort and /help say what they should', async () => {
  const rig = await startRig({ claude: { allowedTools: ['Read'] } })
  const { chat } = rig
  await chat.say('ann', '/retry')
  await chat.seeEnd('ann', /no message of yours/)
  await chat.say('ann', '!say once more')
  await chat.say('ann', '/context')
  await rig.bot.idle()
  await rig.restart()
  await chat.say('ann', '/retry')
  await chat.until(() => chat.in('ann').filter(({ text }) => text === 'once more')[1])
  await chat.say('ann', '/tools')
  expect((await chat.seeEnd('ann', /Tools:/)).text).toMatch(/`Bash`[^]*without asking: `Read`/)
  await chat.say('ann', '/effort high')
  await chat.seeEnd('ann', /Effort: high, from/)
  await chat.say('ann', '!say thought')
  await chat.seeEnd('ann', /^thought$/)
  await chat.say('ann', '/help resume')
  const help = await chat.seeEnd('ann', /\/resume <number/)
  expect(help.text).toContain('- session: number or name')
})
