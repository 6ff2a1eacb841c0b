/** The pure parts behind OpenAI's chat completions. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { placeOf } from '../../../adapters/http/openai/chats.ts'
import { decisionIn } from '../../../adapters/http/openai/questions.ts'
import { CompletionRequest, type Line, readSaying } from '../../../adapters/http/openai/request.ts'
import { Problem } from '../../../adapters/http/problems.ts'
import { Spoken } from '../../../adapters/http/openai/spoken.ts'

const words = fc.string({ minLength: 1, maxLength: 8 })

test('what is said joins to the answer, and words that come again after a drop are not said twice', () => {
  fc.assert(
    fc.property(fc.array(words), fc.array(words), fc.array(words), (before, lost, after) => {
      const spoken = new Spoken()
      let said = ''
      const say = (deltas: readonly string[]): void => {
        for (const delta of deltas) {
          spoken.add(delta)
          said += spoken.next()
        }
      }
      say(before)
      say(lost)
      spoken.reset(before.join(''))
      said += spoken.next()
      say([...lost, ...after])
      expect(said).toBe([...before, ...lost, ...after].join(''))
      expect(spoken.text).toBe(said)
    }),
  )
})

test('where other words come after a drop, they stand apart behind what was said', () => {
  const spoken = new Spoken()
  spoken.add('Sure. One')
  expect(spoken.next()).toBe('Sure. One')
  spoken.reset('Sure.')
  spoken.add('\n\nTwo')
  expect(spoken.next()).toBe('\n\nTwo')
})

test('a chat is told from others by all that was said; by Claude’s words alone where it has an id', () => {
  const [plain, more] = ['Hi', 'Hi, and what was found'].map((text) => [
    line('user', text),
    line('assistant', 'Ho'),
  ])
  if (plain === undefined || more === undefined) throw new Error('two chats')
  expect(placeOf('ann', undefined, plain)).not.toBe(placeOf('ann', undefined, more))
  expect(placeOf('ann', 'c1', plain)).toBe(placeOf('ann', 'c1', more))
  expect(placeOf('ann', 'c1', plain)).not.toBe(placeOf('ann', 'c2', plain))
  expect(placeOf('ann', 'c1', plain)).not.toBe(placeOf('bob', 'c1', plain))
})

test('only what is offered is decided, whatever is written', () => {
  const choices = [
    { id: 'once', label: 'Allow once' },
    { id: 'deny', label: 'Deny' },
    { id: 'why', label: 'Deny, and say why', text: true },
  ]
  const approval = (multiple: boolean, ownText: boolean): Parameters<typeof decisionIn>[0] => ({
    choices,
    multiple,
    ownText,
  })
  expect(decisionIn(approval(false, false), ' 1. ')).toEqual({ choices: ['once'] })
  expect(decisionIn(approval(false, false), 'deny')).toEqual({ choices: ['deny'] })
  expect(decisionIn(approval(false, false), '1, 2')).toEqual({ choices: ['why'], text: '1, 2' })
  expect(decisionIn(approval(true, false), '1, 2')).toEqual({ choices: ['once', 'deny'] })
  expect(decisionIn(approval(false, true), 'Blue')).toEqual({ choices: [], text: 'Blue' })
  expect(decisionIn(approval(false, false), '9')).toEqual({ choices: ['why'], text: '9' })
  fc.assert(
    fc.property(fc.string(), fc.boolean(), fc.boolean(), (text, multiple, ownText) => {
      const decided = decisionIn(approval(multiple, ownText), text)
      expect(choices.map(({ id }) => id)).toEqual(expect.arrayContaining([...decided.choices]))
    }),
  )
})

test('any request is read or refused with the field that is wrong', () => {
  fc.assert(
    fc.property(fc.anything(), fc.anything(), (role, content) => {
      const parsed = CompletionRequest.safeParse({ model: 'parley', messages: [{ role, content }] })
      expect(parsed.success ? refusalOf(parsed.data) : undefined).toSatisfy(
        (refusal: unknown) => refusal === undefined || refusal instanceof Problem,
      )
    }),
  )
})

function line(by: Line['by'], said: string): Line {
  return { by, said, files: '' }
}

/** Undefined: it was read. */
function refusalOf(request: CompletionRequest): unknown {
  try {
    readSaying(request)
    return undefined
  } catch (error) {
    return error
  }
}
