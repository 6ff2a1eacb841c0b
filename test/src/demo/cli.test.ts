/** The real Claude CLI takes the stand-in for the API. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { longMarkdown } from '../../../src/demo/long.ts'
import { startStandIn, type StandIn } from '../../../src/demo/stand-in.ts'
import { startCli } from './cli.ts'

let standIn: StandIn
beforeEach(async () => {
  standIn = await startStandIn()
})
afterEach(() => standIn.close())

const fenced = (text: string): string => `\`\`\`\n${text}\n\`\`\``

test('it answers, costs something, and remembers', async () => {
  const { turn } = await startCli(standIn)
  const first = await turn('!say **hello**\n\n- one\n- two')
  expect(first).toMatchObject({ is_error: false, result: '**hello**\n\n- one\n- two' })
  expect(first.total_cost_usd).toBeGreaterThan(0)
  await turn('my name is Zoe')
  expect((await turn('what is my name?')).result).toBe('Your name is Zoe.')
  expect((await turn('!recall')).result).toBe(
    '1. !say **hello**\n\n- one\n- two\n2. my name is Zoe\n3. what is my name?\n4. !recall',
  )
  expect(standIn.requests.map((request) => request.lastUserText).at(-1)).toBe('!recall')
})

test('it remembers after a compaction', async () => {
  const { turn, lines } = await startCli(standIn)
  await turn('my name is Zoe')
  await turn('/compact')
  expect(lines.some((line) => line.subtype === 'compact_boundary')).toBe(true)
  expect((await turn('who am I?')).result).toBe('Your name is Zoe.')
})

test('tools run one after another, and their results are quoted', async () => {
  const { turn, workspace, asks } = await startCli(standIn)
  const { result } = await turn(
    '!write notes.txt alpha\nbeta\n!edit notes.txt alpha => gamma\n!bash cat notes.txt; touch done',
  )
  expect(asks.map((ask) => ask.tool)).toEqual(['Write', 'Edit', 'Bash'])
  expect(await readFile(join(workspace, 'notes.txt'), 'utf8')).toBe('gamma\nbeta')
  expect(result).toContain(`\`cat notes.txt; touch done\` gave:\n\n${fenced('gamma\nbeta')}`)
  expect((await turn('!read notes.txt')).result).toContain('1\tgamma\n2\tbeta')
  expect((await turn('!bash exit 3')).result).toContain(`\`exit 3\` failed:\n\n${fenced('Exit code 3')}`)
})

test('what was refused is said, with the reason', async () => {
  const { turn } = await startCli(standIn, {
    decide: () => ({ behavior: 'deny', message: 'not on a Friday' }),
  })
  expect((await turn('!write a.txt x')).result).toBe(
    'I could not use Write. The reason given: not on a Friday',
  )
})

test('a demo needs no permission to look at files and at the clock', async () => {
  const { turn, asks } = await startCli(standIn)
  expect((await turn('please list the files')).result).toContain('`ls` gave')
  expect((await turn('what time is it?')).result).toMatch(/`date` gave:\n\n```\n.*20\d\d/)
  expect(asks).toEqual([])
})

test('questions pass the validation of the CLI', async () => {
  const { turn, asks } = await startCli(standIn, {
    decide: ({ input }) => ({
      behavior: 'allow',
      updatedInput: { ...input, answers: { 'Which way?': 'left' } },
    }),
  })
  expect((await turn('!question Which way? | left | right')).result).toContain('"Which way?"="left"')
  expect(asks).toMatchObject([
    { tool: 'AskUserQuestion', input: { questions: [{ question: 'Which way?' }] } },
  ])
  expect((await turn('!question')).result).not.toContain('failed')
})

test.each([['plan'], ['default']])('a plan is presented from the mode %s', async (mode) => {
  const { turn, asks } = await startCli(standIn, { args: ['--permission-mode', mode] })
  const { result } = await turn('!plan # First\n\nLook around.\n!bash echo after')
  expect(asks).toMatchObject([{ tool: 'ExitPlanMode', input: { plan: '# First\n\nLook around.' } }])
  expect(result).toContain('User has approved your plan')
  expect(result).toContain(`\`echo after\` gave:\n\n${fenced('after')}`)
  await turn('!plan # Second')
  expect(asks[1]).toMatchObject({ tool: 'ExitPlanMode', input: { plan: '# Second' } })
})

test('errors come as often as was asked, and the CLI gets over them', async () => {
  const { turn, lines } = await startCli(standIn)
  const retries = (): unknown[] =>
    lines.filter((line) => line.subtype === 'api_retry').map((line) => line.error_status)
  expect(await turn('!error 529 2')).toMatchObject({
    is_error: false,
    result: 'That worked, after 2 failures.',
  })
  expect(retries()).toEqual([529, 529])
  expect(await turn('!drop')).toMatchObject({ is_error: false, result: 'That worked, after one failure.' })
  expect(await turn('!error 403')).toMatchObject({ is_error: true, result: expect.stringContaining('403') })
  expect(await turn('!say still here')).toMatchObject({ is_error: false, result: 'still here' })
})

test('200 KB of Markdown arrive whole', async () => {
  const { turn } = await startCli(standIn)
  expect((await turn('!long 200')).result).toBe(longMarkdown(200 * 1024))
})

test('a background task is started, ends, and is told of in a turn of its own', async () => {
  const { turn, nextResult } = await startCli(standIn)
  expect((await turn('!background 0.2')).result).toContain('running in background')
  expect((await nextResult()).result).toBe('The background task finished.')
})

test('an answer can be empty', async () => {
  const { turn } = await startCli(standIn)
  expect(await turn('!empty')).toMatchObject({ is_error: false, result: '' })
})

test('a tool that does not exist is named', async () => {
  const { turn } = await startCli(standIn)
  expect((await turn('!tool Nope {}')).result).toContain('No such tool available: Nope')
})
