/** What becomes of a message that its author edits, or that is deleted. */
import type { Deletion, Edit, Receipt } from '../contract.ts'
import type { Outgoing, Queue } from '../queue/port.ts'

const words = {
  amended: 'Updated: the message waits as you have edited it.',
  withdrawn: 'Withdrawn: the message was deleted before its turn came.',
}

/** Edited while it waits: changed. While it runs: a correction, which Claude is told. Later: nothing, what is said is said. */
export async function takeEdit(
  queue: Pick<Queue, 'amend' | 'post' | 'accept'>,
  conversation: string,
  edit: Edit,
): Promise<Receipt> {
  const { adapter } = edit.address
  const { kind: _kind, of, ...rest } = edit
  const found = await queue.amend(`${adapter}:${of}`, edit)
  if (found === 'running') {
    return queue.accept(`${adapter}:${edit.id}`, conversation, { ...rest, kind: 'message', corrects: of })
  }
  if (found === 'amended') await queue.post([notice(`${adapter}:${edit.id}/amended`, conversation, edit)])
  return found === 'amended' || found === 'unchanged' ? 'accepted' : 'duplicate'
}

/** The platform vouches that it is gone; whoever may delete it there may do so here. */
export async function takeDeletion(
  queue: Pick<Queue, 'withdraw' | 'account'>,
  { address, of }: Deletion,
): Promise<Receipt> {
  const id = `${address.adapter}:${of}`
  const account = await queue.account(id)
  if (account?.state !== 'waiting') return 'duplicate'
  const key = `${id}/answer`
  const reply = {
    kind: 'text',
    key,
    tone: 'notice',
    outcome: 'cancelled',
    markdown: words.withdrawn,
  } as const
  const { conversation } = account
  const found = await queue.withdraw(id, [{ key, conversation, address, reply }])
  return found === 'withdrawn' ? 'accepted' : 'duplicate'
}

function notice(key: string, conversation: string, { address }: Edit): Outgoing {
  const reply = { kind: 'text', key, tone: 'notice', markdown: words.amended } as const
  return { key, conversation, address, reply }
}
