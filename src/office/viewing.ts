/** A session as it stands, from its record and what runs in it. */
import { turnState } from '../commands/turn-state.ts'
import type { SessionView } from '../contract.ts'
import { projectOf } from '../conversation/folder.ts'
import type { SessionRecord } from '../store/records.ts'
import { mayJoin } from '../people/joining.ts'
import { approvalsIn } from './approvals.ts'
import { idOf, threadOf } from './ids.ts'
import type { Visitor } from './visitor.ts'

export async function viewOf(visitor: Visitor, record: SessionRecord): Promise<SessionView> {
  const { house, seat, person } = visitor
  const { conversation, name, model, permissionMode, effort, folder } = record
  const open = await house.queue.waiting(conversation)
  const doing = house.held.get(conversation)?.doing
  const state = turnState(
    { queue: house.queue, doing: () => doing, place: { conversation } },
    open.length > 0,
  )
  const { claude } = house.live.current
  const owner = ownerOf(record)
  const project = folder === undefined ? undefined : projectOf(folder)
  const used = model ?? claude.model
  return {
    id: idOf(seat, conversation),
    ...(name === undefined ? {} : { name }),
    state,
    ...(owner === undefined ? {} : { owner }),
    own: threadOf(seat, conversation) !== undefined,
    joinable: mayJoin(person, conversation),
    transcript: record.sessionId,
    ...(used === undefined ? {} : { model: used }),
    permissionMode: permissionMode ?? claude.permissionMode ?? 'default',
    ...(effort === undefined ? {} : { effort }),
    ...(project === undefined ? {} : { project }),
    gateway: record.wish?.gateway !== undefined,
    turns: record.turns,
    costUsd: record.costUsd,
    createdAt: record.createdAt,
    lastAt: record.lastAt,
    queued: open.filter(({ attempt }) => attempt === 0).length,
    ...(doing === undefined
      ? {}
      : { turn: { ...(doing.view ?? { markdown: '', tools: [] }), since: doing.since } }),
    approvals: await approvalsIn(visitor, conversation),
  }
}

function ownerOf({ home }: SessionRecord): string | undefined {
  const [kind, id] = home.split('/')
  return kind === 'user' && id !== undefined ? decodeURIComponent(id) : undefined
}
