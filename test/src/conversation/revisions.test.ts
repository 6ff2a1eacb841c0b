import { expect, test } from 'vitest'
import type { Deletion, Edit } from '../../../src/contract.ts'
import { type EditParts, rerun, takeDeletion, takeEdit } from '../../../src/conversation/revisions.ts'
import type { Account, Amended, Outgoing, Withdrawn } from '../../../src/queue/port.ts'
import type { PromptRecord } from '../../../src/store/prompt-record.ts'
import { en } from '../../../src/words/en.ts'

const address = { adapter: 'slack', channel: 'D' }
const arrival = { at: 1, from: { id: 'ann' }, address, direct: true } as const
const edit: Edit = { kind: 'edit', id: 'E', of: 'A', text: 'now this', ...arrival }

/** What a revision did, in order. */
type Done = readonly [what: string, ...about: unknown[]]

interface Desk extends EditParts {
  readonly done: Done[]
}

function desk(found: Amended, { buttons = true, known = false } = {}): Desk {
  const done: Done[] = []
  const posted = new Set<string>()
  const open: PromptRecord[] = []
  return {
    done,
    buttons,
    words: en.midTurn,
    queue: {
      amend: async () => found,
      account: async (id) =>
        known ? { id, conversation: 'c', state: 'answered', undelivered: 0 } : undefined,
      accept: async (id, conversation, { text, corrects }) => {
        done.push(['accept', id, conversation, text, corrects])
        return 'accepted'
      },
      post: async (replies: readonly Outgoing[]) => {
        const fresh = replies.filter(({ key }) => !posted.has(key))
        for (const { key } of fresh) posted.add(key)
        done.push(...fresh.map(({ key }): Done => ['post', key]))
        return fresh.length
      },
    },
    called: () => undefined,
    prompts: {
      withdraw: async () => undefined,
      live: async (fits) => open.filter(fits),
      restate: async (id) => {
        done.push(['restate', id === open[0]?.id])
        return true
      },
      ask: async ({ kind, requester, decides, shown, id = '' }) => {
        done.push(['ask', requester, shown.choices.map((choice) => choice.id)])
        const times = { createdAt: 0, expiresAt: 1, remindAt: 1, reminded: true }
        const record: PromptRecord = {
          id,
          kind,
          requester,
          decides,
          ...times,
          conversation: 'c',
          message: 'slack:E',
          second: false,
          address,
          state: 'open',
          by: [],
          applied: false,
          reply: { kind: 'prompt', key: 'k', prompt: id, ...shown },
        }
        open.push(record)
        return record
      },
    },
  }
}

test.each<[Amended, string, readonly Done[]]>([
  ['amended', 'accepted', [['post', 'slack:E/amended']]],
  ['unchanged', 'accepted', []],
  ['running', 'accepted', [['accept', 'slack:E', 'c', 'now this', 'A']]],
  ['ended', 'accepted', [['ask', 'slack:ann', ['again', 'leave']]]],
  ['unknown', 'duplicate', []],
])('an edit that finds the message %s is %s', async (found, receipt, done) => {
  const parts = desk(found)
  expect(await takeEdit(parts, 'c', edit)).toBe(receipt)
  expect(parts.done).toEqual(done)
})

test('what is edited again after its end is offered in the same prompt', async () => {
  const parts = desk('ended')
  await takeEdit(parts, 'c', edit)
  await takeEdit(parts, 'c', { ...edit, id: 'F', text: 'now that' })
  await takeEdit(parts, 'c', { ...edit, id: 'G', of: 'B' })
  expect(parts.done.map(([what]) => what)).toEqual(['ask', 'restate', 'ask'])
})

test('what came as a correction before is not offered again', async () => {
  const parts = desk('ended', { known: true })
  expect(await takeEdit(parts, 'c', edit)).toBe('duplicate')
  expect(parts.done).toEqual([])
})

test('without buttons there is a hint, once', async () => {
  const parts = desk('ended', { buttons: false })
  expect(await takeEdit(parts, 'c', edit)).toBe('accepted')
  expect(await takeEdit(parts, 'c', edit)).toBe('duplicate')
  expect(parts.done).toEqual([['post', 'slack:E/answered']])
})

test('only what was chosen is run again, as it reads now, where it was offered', async () => {
  const parts = desk('ended')
  await takeEdit(parts, 'c', edit)
  const [record] = await parts.prompts.live(() => true)
  if (record === undefined) throw new Error('nothing was offered')
  for (const choice of ['leave', 'again']) {
    const decision = { answer: 'x', choices: [choice] }
    await rerun(parts.queue, { ...record, state: 'decided', decision })
  }
  expect(parts.done.filter(([what]) => what === 'accept')).toEqual([
    ['accept', 'slack:E', 'c', 'now this', undefined],
  ])
})

test.each<[Account['state'], Withdrawn, string, number]>([
  ['waiting', 'withdrawn', 'accepted', 1],
  ['waiting', 'running', 'duplicate', 1],
  ['running', 'running', 'duplicate', 0],
  ['answered', 'ended', 'duplicate', 0],
])('a deletion of what is %s, found %s, is %s', async (state, found, receipt, tries) => {
  const withdrawn: Outgoing[] = []
  const forgotten: unknown[] = []
  const queue = {
    account: async (id: string) => ({ id, conversation: 'c', state, undelivered: 0 }),
    waiting: async () => [],
    withdraw: async (_id: string, replies: readonly Outgoing[]) => {
      withdrawn.push(...replies)
      return found
    },
  }
  const prompts = {
    withdraw: async (fits: unknown) => void forgotten.push(fits),
    live: async () => [],
    restate: async () => false,
  }
  const deletion: Deletion = { kind: 'deletion', id: 'X', of: 'A', ...arrival }
  expect(await takeDeletion({ queue, prompts }, deletion, en.midTurn)).toBe(receipt)
  expect(withdrawn).toHaveLength(tries)
  for (const { reply } of withdrawn) expect(reply).toMatchObject({ outcome: 'cancelled' })
  expect(forgotten).toHaveLength(found === 'withdrawn' ? 1 : 0)
})
