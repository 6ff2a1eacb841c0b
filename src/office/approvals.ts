/** What waits for somebody's decision. */
import { may } from '../access.ts'
import { type Approval, OfficeError } from '../contract.ts'
import { decidable } from '../prompts/entitled.ts'
import type { PromptRecord } from '../store/prompt-record.ts'
import { idOf } from './ids.ts'
import type { Visitor } from './visitor.ts'

export async function approvalsFor(visitor: Visitor, of: 'own' | 'all'): Promise<readonly Approval[]> {
  const { house, person } = visitor
  const open = await house.prompts.live(({ state }) => state === 'open')
  if (of === 'own')
    return open
      .filter(({ requester }) => person.ids.includes(requester))
      .map((record) => approvalOf(visitor, record))
  if (!may(person.role, 'decide-for-others'))
    throw new OfficeError('forbidden', 'Only an operator, an admin or an owner decides for others.')
  return (await decidable(house.people, person, open)).map((record) => approvalOf(visitor, record))
}

export async function approvalsIn(visitor: Visitor, conversation: string): Promise<readonly Approval[]> {
  const open = await visitor.house.prompts.live(
    (record) => record.state === 'open' && record.conversation === conversation,
  )
  return open.map((record) => approvalOf(visitor, record))
}

function approvalOf({ seat }: Visitor, record: PromptRecord): Approval {
  const { id, conversation, message, kind, decides, reply, requester, createdAt, expiresAt } = record
  return {
    prompt: id,
    session: idOf(seat, conversation),
    message: message.slice(message.indexOf(':') + 1),
    kind,
    tool: decides.tool,
    input: decides.input,
    title: reply.title,
    markdown: reply.markdown,
    choices: reply.choices,
    multiple: reply.multiple === true,
    ownText: reply.ownText === true,
    requester,
    createdAt,
    expiresAt,
  }
}
