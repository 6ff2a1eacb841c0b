import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { deathOf, faultOf } from '../../../src/claude/faults.ts'
import { parseLine, type ResultMessage } from '../../../src/claude/protocol.ts'

test('any line is read, or known not to be one', () => {
  const types = [
    'system',
    'assistant',
    'user',
    'result',
    'stream_event',
    'control_request',
    'control_response',
  ]
  const line = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({ type: fc.constantFrom(...types), subtype: fc.string(), message: fc.jsonValue() })
      .map((x) => JSON.stringify(x)),
  )
  fc.assert(
    fc.property(line, (text) => {
      expect(typeof (parseLine(text)?.kind ?? 'none')).toBe('string')
    }),
  )
})

test('names that every object has are no types', () => {
  expect(parseLine('{"type":"constructor"}')).toMatchObject({ kind: 'unknown', name: 'constructor' })
})

function result(fields: object): ResultMessage {
  const message = parseLine(JSON.stringify({ type: 'result', ...fields }))
  if (message?.kind !== 'result') throw new Error('a result was not read as one')
  return message
}

test('a result is a result with hardly a field left', () => {
  expect(result({})).toMatchObject({ failed: true, text: '', usage: { input: 0 } })
  expect(faultOf(result({}))).toMatchObject({ code: 'execution' })
  expect(faultOf(result({ subtype: 'success' }))).toBeUndefined()
})

test.each([
  [{ subtype: 'error_max_turns', errors: ['Reached maximum number of turns (1)'] }, 'max-turns', false],
  [{ subtype: 'error_max_budget_usd', errors: ['Reached maximum budget ($1)'] }, 'max-budget', true],
  [
    { subtype: 'error_during_execution', errors: ['No conversation found with session ID: x'] },
    'unknown-session',
    true,
  ],
  [{ subtype: 'error_during_execution', terminal_reason: 'aborted_tools' }, 'interrupted', false],
  [{ subtype: 'error_during_execution', errors: ['boom'] }, 'execution', false],
  [{ subtype: 'success', result: 'Not logged in · Please run /login' }, 'not-logged-in', false],
  [
    { subtype: 'success', result: 'Failed to authenticate. API Error: 401 x', api_error_status: 401 },
    'api-auth',
    false,
  ],
  [{ subtype: 'success', result: "You've hit your session limit · resets 3pm" }, 'api-limit', false],
  [{ subtype: 'success', result: 'API Error: 529 x', api_error_status: 529 }, 'api-overloaded', false],
  [
    { subtype: 'success', result: 'API Error: Unable to connect to API (ConnectionRefused)' },
    'api-error',
    false,
  ],
])('%j is the fault %s', (fields, code, fatal) => {
  expect(faultOf(result({ is_error: true, ...fields }))).toMatchObject({ code, fatal })
})

test('a process that ended tells why', () => {
  const exit = { code: 1, signal: undefined }
  expect(deathOf({ ...exit, stderr: 'No conversation found with session ID: x\n' }).code).toBe(
    'unknown-session',
  )
  expect(deathOf({ ...exit, stderr: 'Error: Session ID x is already in use.\n' }).code).toBe('session-in-use')
  expect(deathOf({ ...exit, stderr: "error: unknown option '--x'\n" })).toMatchObject({
    code: 'config',
    message: expect.stringContaining("unknown option '--x'"),
  })
  expect(deathOf({ code: undefined, signal: 'SIGKILL', stderr: '' }).message).toContain('SIGKILL')
})
