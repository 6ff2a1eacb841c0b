import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { TurnResult } from '../../../src/claude/turn.ts'
import { answerOf, failedResult } from '../../../src/conversation/answer-text.ts'
import { describeApproval } from '../../../src/conversation/approval-text.ts'
import { code, excerpt, fence, quoted, visible } from '../../../src/words/quoted.ts'
import { en } from '../../../src/words/en.ts'
import { promptOf } from '../../../src/conversation/prompt-text.ts'
import type { Envelope } from '../../../src/queue/port.ts'

const well: TurnResult = { ...failedResult('died', ''), text: 'Done.' }
const { fault: _none, ...good } = well

describe('the reply that ends a message', () => {
  test('answered, with what Claude said', () => {
    expect(answerOf('k', good, { stopped: false, words: en })).toMatchObject({
      outcome: 'answered',
      tone: 'answer',
      markdown: 'Done.',
    })
  })

  test('failed, with what had been said and what to do', () => {
    const failed = answerOf(
      'k',
      { ...failedResult('died', 'Send it again.'), text: 'Half' },
      { stopped: false, words: en },
    )
    expect(failed).toMatchObject({
      outcome: 'failed',
      tone: 'error',
      markdown: 'Half\n\n---\n\nSend it again.',
    })
  })

  test('cancelled when it was stopped, whatever the CLI made of it', () => {
    expect(answerOf('k', failedResult('interrupted', 'x'), { stopped: true, words: en })).toMatchObject({
      outcome: 'cancelled',
    })
    expect(answerOf('k', good, { stopped: true, words: en }).markdown).toContain('Done.')
  })

  test('an empty answer says that it is empty', () => {
    expect(answerOf('k', { ...good, text: '' }, { stopped: false, words: en }).markdown).not.toBe('')
  })
})

describe('what Claude wants to do', () => {
  const request = { id: 'r', toolUseId: undefined, suggestions: [], blockedPath: undefined }

  test('a command is shown in full', () => {
    const { title, markdown } = describeApproval(
      { ...request, tool: 'Bash', input: { command: 'rm -rf x' } },
      '/w',
      en,
    )
    expect(title).toBe('Claude wants to use Bash')
    expect(markdown).toBe('```bash\nrm -rf x\n```')
  })

  test('an edit is shown as a diff, a path as seen from the workspace, and what lies outside is named', () => {
    const input = { file_path: '/w/a.ts', old_string: 'one\ntwo', new_string: 'three' }
    const { markdown } = describeApproval({ ...request, blockedPath: '/etc', tool: 'Edit', input }, '/w', en)
    expect(markdown).toContain('` a.ts `')
    expect(markdown).toContain('- one\n- two\n+ three')
    expect(markdown).toContain('Outside the workspace: ` /etc `')
  })

  test.each([
    ['/w/sub/x', false],
    ['/w', false],
    ['/wide', true],
    ['/w/../other', true],
  ])('a path that made it ask is named when it lies outside: %s', (blockedPath, named) => {
    const asked = { ...request, blockedPath, tool: 'Bash', input: { command: 'touch x' } }
    expect(describeApproval(asked, '/w', en).markdown.includes('Outside')).toBe(named)
  })

  test('a tool that is not known shows all of its input', () => {
    const { markdown } = describeApproval(
      { ...request, tool: 'mcp__a__b', input: { x: { y: [1] } } },
      '/w',
      en,
    )
    expect(JSON.parse(markdown.replaceAll(/^```json\n|\n```$/g, ''))).toEqual({ x: { y: [1] } })
  })

  test('what nobody sees in a command is shown by its code point, and no words about it look like another', () => {
    const command = 'rm -rf a\u202e txt.\u200b\r\n\techo \u{1f469}\u200d\u{1f680}\u2764\ufe0f\u001b[2J'
    const input = { command, description: '**Lists** files\n```bash\nls\n```' }
    const { markdown } = describeApproval({ ...request, tool: 'Bash', input }, '/w', en)
    const asked =
      'rm -rf a⟨U+202E⟩ txt.⟨U+200B⟩⟨U+000D⟩\n\techo \u{1f469}\u200d\u{1f680}\u2764\ufe0f⟨U+001B⟩[2J'
    expect(markdown).toContain(`\`\`\`bash\n${asked}\n\`\`\``)
    expect(markdown).toMatch(/^````\n\*\*Lists/)
    const path = { file_path: '/w/a\n\u2066b.txt', content: 'x' }
    const write = describeApproval({ ...request, tool: 'Write', input: path }, '/w', en)
    expect(write.markdown).toContain('` a⟨U+000A⟩⟨U+2066⟩b.txt `')
  })

  test('other people’s words stay within their span, on one line, with nothing unseen', () => {
    const unit = fc.constantFrom('`', 'a', '*', '[', '\n', '\u202e', '\u200b', '\u2028', '\ud800', '\0', ' ')
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        for (const shown of [quoted(text), excerpt(text), code(text)]) {
          expect(shown).not.toMatch(/[\n\p{Cc}\p{Cf}\p{Zl}\p{Cs}]/u)
        }
        expect(quoted(text)).not.toContain('`')
        expect(visible(text)).not.toMatch(/[\p{Cf}\p{Zl}\0]/u)
      }),
    )
  })

  test('no content can end its fence or its code span early', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', 'a', '\n', '~') }), (content) => {
        const [marks = ''] = /^`+/.exec(fence(content)) ?? []
        expect(content.includes(marks)).toBe(false)
        const [span = ''] = /^`+/.exec(code(content)) ?? []
        expect(content.match(/`+/g) ?? []).not.toContain(span)
      }),
    )
  })
})

describe('what Claude is given', () => {
  const message = {
    kind: 'message',
    id: 'm',
    at: 0,
    from: { id: 'U1', name: 'Ann\n: x' },
    address: { adapter: 'slack', channel: 'C' },
    direct: true,
    text: 'hello',
  } as const
  const envelope: Envelope = { id: 'm', conversation: 'c', acceptedAt: 0, attempt: 1, died: 0, message }

  test('the text alone in a direct chat; who speaks in a shared one, on one line', () => {
    expect(promptOf(envelope)).toBe('hello')
    expect(promptOf({ ...envelope, message: { ...message, direct: false } })).toBe('Ann x (slack:U1): hello')
  })

  test('that the work may be half done, after a crash', () => {
    expect(promptOf({ ...envelope, attempt: 2 })).toMatch(/interrupted.*\n\nhello$/)
  })
})
