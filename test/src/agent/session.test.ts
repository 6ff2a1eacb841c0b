import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished, expect, test } from 'vitest'
import { startStandIn } from '../../../src/demo/stand-in.ts'
import {
  type CreateSessionOptions,
  type Session,
  type TurnResult,
  createSession,
} from '../../../src/index.ts'
import { standInEnv } from '../../rig/bot.ts'
import { testDir } from '../../rig/dir.ts'
import { isAlive } from '../../rig/processes.ts'

type Opened = Session & AsyncDisposable

interface SessionRig {
  readonly dir: string
  readonly open: (options?: Partial<CreateSessionOptions>) => Promise<Opened>
}

async function rig(): Promise<SessionRig> {
  const dir = await testDir('session-')
  const model = await startStandIn()
  onTestFinished(() => model.close())
  const open = async (options: Partial<CreateSessionOptions> = {}): Promise<Opened> => {
    const session = await createSession({
      workspace: join(dir, 'project'),
      dataDir: join(dir, 'data'),
      env: standInEnv(model.url),
      ...options,
    })
    onTestFinished(() => session.close())
    return session
  }
  return { dir, open }
}

async function ask(session: Session, text: string): Promise<TurnResult> {
  for await (const event of session.ask(text).events) {
    if (event.type === 'approval') session.decide(event.request.id, { behavior: 'deny', reason: 'no' })
    if (event.type === 'result') return event.result
  }
  throw new Error('no result')
}

test('a workspace is all it takes; the options of the claude block are there too', async () => {
  const { dir, open } = await rig()
  const session = await open({ allowedTools: ['Write'], timeout: '1m' })
  expect(await ask(session, '!write a.txt hello')).not.toHaveProperty('fault')
  expect(await readFile(join(dir, 'project/a.txt'), 'utf8')).toBe('hello')
  expect((await ask(session, '!bash touch b.txt')).text).toContain('no')
})

test('it is taken up again by its id, and only in its workspace', async () => {
  const { dir, open } = await rig()
  const first = await open()
  await ask(first, 'The word is heron.')
  await first[Symbol.asyncDispose]()
  expect(isAlive(first.pid)).toBe(false)
  const again = await open({ resume: first.id })
  expect(again.id).toBe(first.id)
  expect((await ask(again, '!recall')).text).toContain('The word is heron.')
  await again.close()
  const elsewhere = open({ resume: first.id, workspace: join(dir, 'other') })
  await expect(elsewhere).rejects.toMatchObject({ name: 'ClaudeError', code: 'unknown-session' })
})

test('its signal closes it; one that is aborted already starts nothing', async () => {
  const { open } = await rig()
  const abort = new AbortController()
  const session = await open({ signal: abort.signal })
  const result = ask(session, '!slow 60')
  abort.abort()
  expect((await result).fault).toMatchObject({ code: 'interrupted' })
  await session.close()
  expect(isAlive(session.pid)).toBe(false)
  await expect(open({ signal: AbortSignal.abort('too late') })).rejects.toBe('too late')
})

test('a key that does not exist, a CLI that is not there', async () => {
  const { open } = await rig()
  const misspelt: object = { modle: 'haiku' }
  await expect(open({ ...misspelt })).rejects.toThrow(/claude\.modle.*did you mean `model`/)
  await expect(open({ command: '/nowhere/claude' })).rejects.toMatchObject({ code: 'not-found' })
})
