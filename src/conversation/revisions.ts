/** What becomes of a message that its author edits, or that is deleted. */
import { hash } from 'node:crypto'
import { z } from 'zod'
import type { Called } from '../commands/command.ts'
import type { Deletion, Edit, Message, Receipt } from '../contract.ts'
import type { Prompts } from '../prompts/prompts.ts'
import type { Queue } from '../queue/port.ts'
import type { PromptRecord } from '../store/prompt-record.ts'
import type { Words } from '../words/en.ts'
import { fence } from '../words/quoted.ts'
import { dropFrom, renewIn } from './notice-changes.ts'
import { answeredAt, messageId, personId } from './place.ts'
import { notice } from '../queue/notice.ts'

export interface EditParts {
  readonly queue: Pick<Queue, 'amend' | 'post' | 'accept' | 'account'>
  readonly prompts: Pick<Prompts, 'ask' | 'live' | 'restate' | 'withdraw'>
  readonly called: (text: string) => Called | undefined
  /** Does the chat show buttons? */
  readonly buttons: boolean
  /** In the language of whoever edits. */
  readonly words: Words['midTurn']
}

/**
 * Edited while it waits: changed. While it runs: a correction, which Claude is told. Later it is run again if its
 * author wants that, never by itself.
 */
export async function takeEdit(parts: EditParts, conversation: string, edit: Edit): Promise<Receipt> {
  const { queue, words } = parts
  const { kind: _kind, of, ...rest } = edit
  const id = messageId(edit)
  const edited = messageId({ ...edit, id: of })
  const found = await queue.amend(edited, edit)
  if (found === 'running') return queue.accept(id, conversation, { ...rest, kind: 'message', corrects: of })
  if (found === 'amended') {
    await renewIn(parts.prompts, parts.called, { id: edited, text: edit.text })
    await queue.post([notice({ key: `${id}/amended`, conversation, address: edit.address }, words.amended)])
  }
  // It came before, as a correction of what ran.
  if (found === 'ended' && (await queue.account(id)) === undefined) return offer(parts, conversation, edit)
  return found === 'amended' || found === 'unchanged' ? 'accepted' : 'duplicate'
}

async function offer(
  { queue, prompts, buttons, words }: EditParts,
  conversation: string,
  edit: Edit,
): Promise<Receipt> {
  const { kind: _kind, of, ...rest } = edit
  const message: Message = { ...rest, kind: 'message' }
  const id = messageId(edit)
  if (!buttons) {
    const added = await queue.post([
      notice({ key: `${id}/answered`, conversation, address: edit.address }, words.rerun.typed),
    ])
    return added > 0 ? 'accepted' : 'duplicate'
  }
  const shown = {
    language: words.language,
    title: words.rerun.title,
    markdown: words.rerun.offer(fence(edit.text)),
    choices: [
      { id: again, label: words.rerun.again, style: 'primary' },
      { id: 'leave', label: words.rerun.leave },
    ],
  } as const
  const input = { of, message }
  const isSame = ({ kind, state, address, decides }: PromptRecord): boolean =>
    kind === 'rerun' &&
    state === 'open' &&
    address.adapter === edit.address.adapter &&
    decides.input.of === of
  const [open] = await prompts.live(isSame)
  if (open !== undefined) await prompts.restate(open.id, shown, input)
  else {
    const requester = personId(edit.address, edit.from)
    const decides = { tool: '', input, question: 0 }
    const envelope = { id, conversation, message }
    const name = hash('sha256', `rerun ${id}`).slice(0, 32)
    const asked = { kind: 'rerun', requester, second: false, standing: true, decides } as const
    await prompts.ask({ id: name, envelope, shown, ...asked })
  }
  return 'accepted'
}

const again = 'again'
const Offered = z.object({
  message: z.custom<Message>(
    (value) => z.looseObject({ kind: z.literal('message') }).safeParse(value).success,
  ),
})

/** Somebody decided what {@link takeEdit} offered. */
export async function rerun(queue: Pick<Queue, 'accept'>, record: PromptRecord): Promise<void> {
  if (record.decision?.choices.includes(again) !== true) return
  const { message } = Offered.parse(record.decides.input)
  const { address } = record
  await queue.accept(messageId(message), record.conversation, { ...message, address })
}

/** The platform vouches that it is gone; whoever may delete it there may do so here. */
export async function takeDeletion(
  {
    queue,
    prompts,
  }: {
    queue: Pick<Queue, 'withdraw' | 'account' | 'waiting'>
    prompts: Pick<Prompts, 'live' | 'restate' | 'withdraw'>
  },
  { address: place, of }: Deletion,
  words: Words['midTurn'],
): Promise<Receipt> {
  const id = messageId({ address: place, id: of })
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
  const open = (await queue.waiting(conversation)).find((envelope) => envelope.id === id)
  const { address } = open === undefined ? { address: place } : answeredAt(open.message)
  const draft = open?.draft === undefined ? {} : { draft: open.draft }
  const found = await queue.withdraw(id, [{ key, conversation, address, reply, ...draft }])
  if (found !== 'withdrawn') return 'duplicate'
  // It may have been left while somebody was asked.
  await prompts.withdraw(({ message }) => message === id)
  await dropFrom(prompts, id)
  return 'accepted'
}
