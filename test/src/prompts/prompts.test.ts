/** Prompts that belong to no turn, are said in other words, or asked elsewhere; what people decide is done once, also after a crash. */
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Address, Message } from '../../../src/contract.ts'
import type { Outgoing } from '../../../src/queue/port.ts'
import { Prompts } from '../../../src/prompts/prompts.ts'
import { type Store, openStore } from '../../../src/store/store.ts'
import { testDir } from '../../rig/dir.ts'
import { noteLog } from '../queue/rig.ts'

interface Desk {
  readonly prompts: Prompts
  readonly posted: Outgoing[]
  readonly audited: string[]
}

async function aStore(): Promise<Store> {
  const store = await openStore({ file: join(await testDir('prompts-'), 'store.db') })
  onTestFinished(() => store.close())
  return store
}

/** A process's prompts. The outbox takes a key once. */
function desk(store: Store, posted: Outgoing[] = []): Desk {
  const audited: string[] = []
  const prompts = new Prompts({
    shelf: store.prompts,
    queue: {
      post: async (replies) => {
        const fresh = replies.filter(({ key }) => posted.every((each) => each.key !== key))
        posted.push(...fresh)
        return fresh.length
      },
      account: async () => undefined,
    },
    audit: { append: async ({ event }) => void audited.push(event), close: async () => undefined },
    log: noteLog(),
    stands: () => true,
    putToOthers: async (record) => record,
    onEnd: () => undefined,
    waits: () => ({ expire: 60_000, remind: 1000 }),
  })
  onTestFinished(() => prompts.close())
  return { prompts, posted, audited }
}

const address: Address = { adapter: 'scripted', channel: 'ann' }
const message: Message = {
  kind: 'message',
  id: 'm',
  at: 0,
  from: { id: 'ann' },
  address,
  direct: true,
  text: 'x',
}
const asking = {
  kind: 'rerun',
  id: 'one',
  envelope: { id: 'scripted:m', conversation: 'c', message },
  requester: 'scripted:ann',
  second: false,
  standing: true,
  shown: { title: 'Again?', markdown: 'x', choices: [{ id: 'again', label: 'Run again' }] },
  decides: { tool: '', input: { text: 'x' }, question: 0 },
} as const

test('one that stands by itself is asked once, and what is decided is done; no leave is given by it', async () => {
  const { prompts, posted, audited } = desk(await aStore())
  const done: unknown[] = []
  prompts.carriedOut('rerun', async ({ decides }) => void done.push(decides.input))
  await prompts.start()
  const record = await prompts.ask(asking)
  await prompts.ask(asking)
  expect(posted).toHaveLength(1)
  expect(await prompts.answer(record, { id: 'a', choices: ['again'] }, 'scripted:ann')).toBe(true)
  expect(await prompts.answer(record, { id: 'b', choices: ['again'] }, 'scripted:ann')).toBe(false)
  expect(done).toEqual([{ text: 'x' }])
  expect(posted[1]).toMatchObject({ replaces: 'prompt/one', reply: { settled: { label: 'Run again' } } })
  expect(audited).toEqual([])
})

test('what was decided and not done when the process died is done by the next, once', async () => {
  const store = await aStore()
  const first = desk(store)
  first.prompts.carriedOut('rerun', () => Promise.reject(new Error('killed')))
  const record = await first.prompts.ask(asking)
  await expect(first.prompts.answer(record, { id: 'a', choices: ['again'] }, 'x')).rejects.toThrow('killed')
  const done: string[] = []
  for (let starts = 0; starts < 2; starts++) {
    const { prompts } = desk(store)
    prompts.carriedOut('rerun', async ({ id }) => void done.push(id))
    await prompts.start()
  }
  expect(done).toEqual(['one'])
})

test('what was written down and not shown when the process died is shown by the next', async () => {
  const store = await aStore()
  await desk(store).prompts.ask(asking)
  const { prompts, posted } = desk(store)
  await prompts.start()
  expect(posted.map(({ key }) => key)).toEqual(['prompt/one'])
})

test('said in other words and asked elsewhere, it is one prompt still', async () => {
  const { prompts, posted } = desk(await aStore())
  const record = await prompts.ask(asking)
  expect(await prompts.restate('one', { ...asking.shown, markdown: 'y' }, { text: 'y' })).toBe(true)
  expect(posted.at(-1)).toMatchObject({ replaces: 'prompt/one', reply: { prompt: 'one', markdown: 'y' } })
  const elsewhere = { adapter: 'second', channel: 'anna' }
  await prompts.move(() => true, elsewhere, 'Moved')
  const [after, before] = posted.slice(-2)
  expect(before).toMatchObject({ address, replaces: posted[1]?.key, reply: { settled: { label: 'Moved' } } })
  expect(after).toMatchObject({ address: elsewhere, reply: { prompt: 'one', markdown: 'y' } })
  expect(after).not.toHaveProperty('replaces')
  expect(await prompts.answer(record, { id: 'a', choices: ['again'] }, 'x')).toBe(true)
  expect(posted.at(-1)).toMatchObject({ address: elsewhere, replaces: after?.key })
  expect(await prompts.restate('one', asking.shown, {})).toBe(false)
})
