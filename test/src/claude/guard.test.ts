/** Each tool use is judged before the CLI looks at it, on the real CLI. */
import { expect, test } from 'vitest'
import type { Guard } from '../../../src/claude/turn.ts'
import { allow, follow, startRig } from './rig.ts'

/** Which tools were asked about, and how the turn ended. */
async function judged(
  guard: Guard,
  text: string,
): Promise<{ asked: string[]; said: string; logged: number }> {
  const { open, logged } = await startRig()
  const session = await open({ guard, permissionMode: 'bypassPermissions' })
  const asked: string[] = []
  const { result } = await follow(session.ask(text), (event) => {
    if (event.type !== 'approval') return
    asked.push(event.request.tool)
    session.decide(event.request.id, allow)
  })
  return { asked, said: result.text, logged: logged.filter(({ level }) => level === 'error').length }
}

test('left to the CLI, asked in any case, or refused for a reason that Claude is told', async () => {
  const seen: unknown[] = []
  const { asked, said } = await judged(async (use) => {
    seen.push(use)
    if (use.input.command === 'touch a') return 'ask'
    return use.tool === 'Write' ? { never: 'not on a Sunday' } : undefined
  }, '!bash touch a\n!bash touch b\n!write c.txt x')
  expect(asked).toEqual(['Bash'])
  expect(said).toMatch(/`touch b` gave[^]*not on a Sunday/)
  expect(seen).toMatchObject([
    { tool: 'Bash', input: { command: 'touch a' } },
    { tool: 'Bash', input: { command: 'touch b' } },
    { tool: 'Write' },
  ])
})

test('what cannot be judged is refused, and written to the log', async () => {
  const { asked, said, logged } = await judged(() => Promise.reject(new Error('no rules')), '!bash touch a')
  expect(asked).toEqual([])
  expect(said).toMatch(/could not use Bash.*could not judge/)
  expect(logged).toBe(1)
})
