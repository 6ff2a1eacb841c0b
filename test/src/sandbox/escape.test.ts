/** The real CLI, every permission bypassed, on a model that tries to get at what belongs to others. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { ListenOptions } from 'node:net'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { openBroker } from '../../../src/broker/broker.ts'
import type { Broker } from '../../../src/broker/port.ts'
import type { Session } from '../../../src/claude/turn.ts'
import { openEgress } from '../../../src/egress/egress.ts'
import { openBwrap } from '../../../src/sandbox/bwrap.ts'
import { modelUrl } from '../../../src/sandbox/gates.ts'
import { none } from '../../../src/sandbox/none.ts'
import type { Sandbox } from '../../../src/sandbox/port.ts'
import { testDir } from '../../rig/dir.ts'
import { describeWith } from '../../rig/needs.ts'
import { quiet } from '../broker/quiet.ts'
import { say, startRig } from '../claude/rig.ts'

const secret = 'the-heron-is-shy'

/** Somebody else on the same machine: their workspace, and a process of theirs. */
interface Neighbour {
  readonly dir: string
  readonly file: string
  readonly pid: number
  /** Services that tell the secret to whoever asks: on loopback, and by a name that takes no file. */
  readonly port: number
  readonly abstract: string
}

async function neighbour(): Promise<Neighbour> {
  const dir = join(await testDir('neighbour-'), 'workspace')
  await mkdir(dir)
  const file = join(dir, 'diary.txt')
  await writeFile(file, secret)
  const child: ChildProcess = spawn('sleep', ['600'], { env: { PATH: process.env.PATH, SECRET: secret } })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  if (child.pid === undefined) throw new Error('sleep could not be started')
  const port = await service({ port: 0, host: '127.0.0.1' })
  const abstract = `parley-test-${child.pid}`
  await service(`\0${abstract}`)
  return { dir, file, pid: child.pid, port, abstract }
}

async function service(at: string | ListenOptions): Promise<number> {
  const server = createServer((_request, response) => response.end(`${secret}\n`)).listen(at)
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

interface Attempt {
  readonly title: string
  /** What the model does. */
  readonly does: (other: Neighbour, workspace: string) => string
  /** True: it got what it wanted. */
  readonly worked: (text: string, other: Neighbour) => boolean | Promise<boolean>
}

const seen: Attempt['worked'] = (text) => text.includes(secret)
const use = (tool: string, input: object): string => `!tool ${tool} ${JSON.stringify(input)}`

const attempts: readonly Attempt[] = [
  // First: within walls what is written there lands in a place of its own that looks the same.
  {
    title: 'the list of a folder',
    does: ({ dir }) => `!bash ls ${dir}`,
    worked: (text) => text.includes('diary.txt'),
  },
  { title: 'Read', does: ({ file }) => use('Read', { file_path: file }), worked: seen },
  {
    title: 'Read of a path with ..',
    does: ({ file }, workspace) => use('Read', { file_path: `${workspace}/../../../../../../../..${file}` }),
    worked: seen,
  },
  { title: 'Bash', does: ({ file }) => `!bash cat ${file}`, worked: seen },
  { title: 'a symbolic link', does: ({ file }) => `!bash ln -sf ${file} soft; cat soft`, worked: seen },
  { title: 'a hard link', does: ({ file }) => `!bash ln -f ${file} hard; cat hard`, worked: seen },
  { title: 'a link that Read follows', does: () => use('Read', { file_path: 'soft' }), worked: seen },
  {
    title: 'Write',
    does: ({ dir }) => use('Write', { file_path: join(dir, 'left.txt'), content: 'was here' }),
    worked: (_text, { dir }) => existsSync(join(dir, 'left.txt')),
  },
  {
    title: 'Bash that writes',
    does: ({ file }) => `!bash echo changed >> ${file}`,
    worked: async (_text, { file }) => (await readFile(file, 'utf8')).includes('changed'),
  },
  {
    title: 'the environment of a process',
    does: ({ pid }) => `!bash tr '\\0' '\\n' < /proc/${pid}/environ`,
    worked: seen,
  },
  {
    title: 'any environment in /proc',
    does: () => `!bash cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep SECRET`,
    worked: seen,
  },
  {
    title: 'the files of a process',
    does: ({ pid, file }) => `!bash cat /proc/${pid}/root${file} /proc/${pid}/cwd/package.json`,
    worked: (text) => text.includes(secret) || text.includes('"parley"'),
  },
  {
    title: 'a signal',
    does: ({ pid }) => `!bash kill -0 ${pid} && echo reached`,
    worked: (text) => /^reached$/m.test(text),
  },
  {
    title: 'the passwords of the machine',
    does: () => '!bash cat /etc/shadow && echo reached',
    worked: (text) => /^reached$/m.test(text),
  },
  {
    title: 'a hook that runs with the session',
    does: () => '!bash cat by-hook.txt',
    worked: seen,
  },
  {
    title: 'an MCP server that is started with it',
    does: () => '!bash cat by-server.txt',
    worked: seen,
  },
  {
    title: "Parley's own files",
    does: () => `!bash ls ${process.cwd()}/src/cli/main.ts && echo reached`,
    worked: (text) => /^reached$/m.test(text),
  },
  {
    title: 'a file outside that stays',
    does: ({ dir }) => `!bash mkdir -p ${dir}/../mine && touch ${dir}/../mine/left`,
    worked: (_text, { dir }) => existsSync(join(dir, '../mine')),
  },
]

/** What takes a wall around the network. */
const outside: readonly Attempt[] = [
  {
    title: 'a service on loopback',
    does: ({ port }) => `!bash ${asking('127.0.0.1', port, '/')}`,
    worked: seen,
  },
  {
    title: 'a service on loopback, asked for by the way out',
    does: ({ port }) =>
      `!bash at="\${HTTP_PROXY#http://}"; at="\${at:-127.0.0.1:${port}}"; ${asking('${at%:*}', '${at#*:}', `http://127.0.0.1:${port}/`)}`,
    worked: seen,
  },
  {
    title: 'a service behind an abstract socket',
    does: ({ abstract }) =>
      `!bash ${process.execPath} -e 'const s=require("net").connect("\\0${abstract}",()=>s.write("GET / HTTP/1.0\\r\\n\\r\\n"));s.on("error",()=>0).pipe(process.stdout)'`,
    worked: seen,
  },
]

function asking(host: string, port: number | string, path: string): string {
  return `exec 3<>/dev/tcp/${host}/${port} && printf 'GET ${path} HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3`
}

/** The titles of those that worked. */
async function tryAll(sandbox: Sandbox, broker?: Broker): Promise<readonly string[]> {
  const other = await neighbour()
  const { open, workspace } = await startRig()
  const running = (name: string): string => `cat ${other.file} > ${workspace}/${name}.txt`
  const hooks = [{ type: 'command', command: running('by-hook') }]
  const session = await open({
    permissionMode: 'bypassPermissions',
    sandbox,
    ...(broker && { broker }),
    claude: {
      settings: { hooks: { SessionStart: [{ hooks }] } },
      mcpServers: { curious: { command: '/bin/sh', args: ['-c', running('by-server')] } },
    },
  })
  const reached: string[] = []
  for (const { title, does, worked } of [...attempts, ...outside]) {
    const { text } = await say(session, does(other, workspace))
    if (await worked(text, other)) reached.push(title)
  }
  await works(session, workspace)
  return reached
}

/** By the proxy. */
function out(url: string): string {
  return `!bash ${asking('127.0.0.1', 8402, url)}`
}

/** Walls with a list of what may be reached. */
async function walled(list: readonly string[]): Promise<{ sandbox: Sandbox; broker: Broker }> {
  const dir = await mkdtemp(join(tmpdir(), 'gates-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const gates = { model: join(dir, 'model'), web: join(dir, 'web') }
  const broker = openBroker(quiet, { socket: gates.model, url: modelUrl })
  onTestFinished(() => broker.close())
  await broker.listen()
  const egress = await openEgress({ list, socket: gates.web, log: quiet })
  onTestFinished(() => egress.close())
  return { sandbox: await openBwrap(process.env.PATH, { gates }), broker }
}

/** Walls in which nobody can work are none. */
async function works(session: Session, workspace: string): Promise<void> {
  const { text } = await say(session, '!bash echo mine > own.txt && cat own.txt && echo "$HOME" && date')
  expect(text).toContain('mine')
  expect(await readFile(join(workspace, 'own.txt'), 'utf8')).toBe('mine\n')
}

test('without walls all of this is open to everybody', async () => {
  expect(await tryAll(none)).toEqual([...attempts, ...outside].map(({ title }) => title))
})

describeWith('bwrap', 'bwrap', () => {
  test('whatever the model tries, it reaches nothing of others but what the network has', async () => {
    expect(await tryAll(await openBwrap(process.env.PATH))).toEqual(outside.map(({ title }) => title))
  })

  test('a session is resumed in its walls, works in a granted project, and leaves no process behind', async () => {
    const sandbox = await openBwrap(process.env.PATH)
    const { open } = await startRig()
    const folder = await testDir('project-')
    const first = await open({ permissionMode: 'bypassPermissions', sandbox })
    await say(first, 'The word is heron.')
    await say(first, '!bash (setsid sleep 600 >/dev/null 2>&1 &) ; echo started')
    await first.close()
    const again = await open({
      sandbox,
      folder,
      resume: true,
      sessionId: first.id,
      permissionMode: 'bypassPermissions',
    })
    expect((await say(again, '!recall')).text).toContain('The word is heron.')
    await say(again, '!bash echo shared > made.txt')
    expect(await readFile(join(folder, 'made.txt'), 'utf8')).toBe('shared\n')
  })

  test('links that wait for the next start, in place of what Parley writes or of the folder to work in, lead nowhere', async () => {
    const sandbox = await openBwrap(process.env.PATH)
    const other = await neighbour()
    const { open, workspace } = await startRig()
    const first = await open({ permissionMode: 'bypassPermissions', sandbox })
    await say(
      first,
      `!bash cd "$CLAUDE_CONFIG_DIR/parley" && ln -sf ${other.file} settings.json && ls -l settings.json`,
    )
    await first.close()
    const second = await open({ permissionMode: 'bypassPermissions', sandbox })
    expect(await readFile(other.file, 'utf8')).toBe(secret)
    await say(
      second,
      `!bash cd "$CLAUDE_CONFIG_DIR" && rm -r parley && ln -s ${other.dir} parley && ln -s ${other.dir} ${workspace}/sub`,
    )
    await second.close()
    const third = await open({ permissionMode: 'bypassPermissions', sandbox })
    expect(await readdir(other.dir)).toEqual(['diary.txt'])
    await works(third, workspace)
    await third.close()

    // As it is when it was a folder of its own until a moment ago, when it was looked at.
    const seen = await open({ permissionMode: 'bypassPermissions', sandbox, folder: join(workspace, 'sub') })
      .then(async (session) => (await say(session, '!bash ls; cat diary.txt')).text)
      .catch(String)
    expect(seen).not.toMatch(/^diary.txt$/m)
    expect(seen).not.toContain(secret)
  })

  // Within its walls each CLI has the same process id, and the CLI remembers by that id who uses a session.
  test('two sessions of one home at once do not meet, also when one is killed and resumed', async () => {
    const sandbox = await openBwrap(process.env.PATH)
    const { open } = await startRig()
    const [one, other] = [await open({ sandbox }), await open({ sandbox })]
    await Promise.all([say(one, 'The word is heron.'), say(other, 'The word is otter.')])
    process.kill(one.pid, 'SIGKILL')
    await one.close()
    const again = await open({ sandbox, resume: true, sessionId: one.id })
    expect((await say(again, '!recall')).text).toContain('heron')
    expect((await say(other, '!recall')).text).toContain('otter')
  })

  test('what is the kernel’s, the memory behind /dev and private keys of the machine are out of reach, for root too', async () => {
    const sandbox = await openBwrap(process.env.PATH)
    // Written is what stands there already: where there is no wall this changes nothing.
    const tries = `
      p=$(cat /proc/sys/kernel/core_pattern); printf '%s' "$p" > /proc/sys/kernel/core_pattern && echo sysctl
      echo x > /dev/left && echo device
      head -c 100000000 /dev/zero > /dev/shm/much && echo memory
      ls /etc/ssl/private/* /etc/pki/tls/private/* && echo keys
      echo fits > /dev/shm/some || rm /dev/shm/much && echo fits > /dev/shm/some && cat /dev/shm/some
      echo y > /dev/null && grep -c ' /etc/ssl/private ro' /proc/self/mountinfo`
    const command = { path: '/bin/sh', args: ['-c', tries], cwd: '/usr', env: { PATH: '/usr/bin:/bin' } }
    const { path, args, env } = sandbox.wrap(command, { person: 'ann', writable: [], readable: [] })
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', '"$@"; true', 'sh', path, ...args], {
      env,
    })
    const hidden = existsSync('/etc/ssl/private') ? 1 : 0
    expect(stdout).toBe(`fits\n${hidden}\n`)
  })

  test('a key in the environment stands in no argument list', async () => {
    const sandbox = await openBwrap(process.env.PATH)
    const command = { path: '/usr/bin/env', args: [], cwd: '/usr', env: { ANTHROPIC_API_KEY: secret } }
    const wrapped = sandbox.wrap(command, { person: 'ann', writable: [], readable: [] })
    expect(wrapped.args.join(' ')).not.toContain(secret)
    expect(wrapped.env.ANTHROPIC_API_KEY).toBe(secret)
  })
})

describeWith('bwrap', 'bwrap with a wall around the network', () => {
  describeWith('socat', 'by socat', () => {
    test('with a wall around the network, too, it reaches nothing at all, and the model', async () => {
      const { sandbox, broker } = await walled(['example.com'])
      expect(await tryAll(sandbox, broker)).toEqual([])
    })

    test('what the list names is reached by the way out, and nothing else', async () => {
      const port = await service({ port: 0, host: '127.0.0.1' })
      const { sandbox, broker } = await walled([`127.0.0.1:${port}`])
      const { open } = await startRig()
      const session = await open({ permissionMode: 'bypassPermissions', sandbox, broker })
      expect((await say(session, out(`http://127.0.0.1:${port}/`))).text).toContain(secret)
      expect((await say(session, out('http://127.0.0.1:1/'))).text).toMatch(/403[^]*not on the list/)
    })
  })
})
