/** Sessions that somebody asks for by name, before anything is said in them. */
import { z } from 'zod'
import { may } from '../access.ts'
import { efforts, permissionModes } from '../claude/turn.ts'
import { isModel } from '../commands/model.ts'
import { modeFor } from '../commands/mode.ts'
import { isName } from '../commands/session-list.ts'
import { type SessionView, type SessionWish, OfficeError } from '../contract.ts'
import { projectFolder } from '../conversation/folder.ts'
import type { SessionRecord } from '../store/records.ts'
import { wordsIn } from '../words/words.ts'
import { addressOf, conversationOf } from './ids.ts'
import type { Visitor } from './visitor.ts'
import { transcriptsOf } from './transcripts.ts'
import { viewOf } from './viewing.ts'

/** The id of a session is the CLI's, too. */
const Id = z.uuidv4().refine((id) => id === id.toLowerCase())

const texts = {
  id: 'A session is named by a v4 uuid in lower case.',
  taken: 'There is a session of this id already.',
  name: 'A name has up to 40 letters, digits, spaces, dots, dashes and underscores, and is not a number.',
  model: 'This is no name of a model.',
  effort: `An effort is one of ${efforts.join(', ')}.`,
  project: 'There is no project of this name.',
  gateway: 'No model gateway is configured here.',
  rules: 'A guest cannot let Claude use tools unasked.',
  noTranscript: 'There is no such transcript of yours.',
  inUse: (session: string) =>
    `This transcript belongs to the session \`${session}\`: go on there, or fork that.`,
  elsewhere: 'This transcript was made in another folder, and can only go on there.',
  nothing: 'Nothing was said in this session yet: there is nothing to go on from.',
}

export async function create(visitor: Visitor, wish: SessionWish): Promise<SessionView> {
  const { house } = visitor
  check(visitor, wish)
  const { resume } = wish
  const record: SessionRecord = {
    ...(await fresh(visitor, wish.id)),
    ...(resume === undefined ? {} : await taken(visitor, resume, wish.project)),
    ...wished(wish, visitor.seat.adapter),
  }
  await house.store.sessions.activate(record)
  return viewOf(visitor, record)
}

export async function fork(
  visitor: Visitor,
  source: SessionRecord,
  into: Pick<SessionWish, 'id' | 'name'>,
): Promise<SessionView> {
  if (!source.started) throw new OfficeError('conflict', texts.nothing)
  check(visitor, into)
  const { home, model, permissionMode, effort, folder, wish } = source
  const record: SessionRecord = {
    ...(await fresh(visitor, into.id)),
    home,
    model,
    permissionMode,
    effort,
    folder,
    wish,
    ...wished(into, visitor.seat.adapter),
    forkOf: source.sessionId,
  }
  await visitor.house.store.sessions.activate(record)
  return viewOf(visitor, record)
}

/** Throws {@link OfficeError} `conflict` where it is there. */
async function fresh({ house, seat, person }: Visitor, id: string): Promise<SessionRecord> {
  const conversation = conversationOf(seat, id)
  const known = [
    await house.store.sessions.get(conversation),
    ...(await house.store.sessions.others(conversation)),
  ]
  if (known.some((record) => record !== undefined))
    throw new OfficeError('conflict', texts.taken, { field: 'id' })
  const { home } = house.places.own(person.id, { address: addressOf(seat, id), direct: true })
  const now = Date.now()
  const empty = { turns: 0, costUsd: 0, createdAt: now, lastAt: now }
  return { conversation, sessionId: id, started: false, home, ...empty }
}

function refuse(field: keyof SessionWish, message: string, code: OfficeError['code'] = 'invalid'): never {
  throw new OfficeError(code, message, { field })
}

function check({ house, person, seat }: Visitor, wish: SessionWish): void {
  const { claude, projects } = house.live.current
  if (!Id.safeParse(wish.id).success) refuse('id', texts.id)
  if (wish.name !== undefined && !isName(wish.name)) refuse('name', texts.name)
  if (wish.model !== undefined && !isModel(wish.model)) refuse('model', texts.model)
  if (wish.effort !== undefined && !efforts.some((each) => each === wish.effort))
    refuse('effort', texts.effort)
  if (wish.project !== undefined && !Object.hasOwn(projects, wish.project)) refuse('project', texts.project)
  if ((wish.allowedTools ?? []).length > 0 && !may(person.role, 'decide-own'))
    refuse('allowedTools', texts.rules, 'forbidden')
  if (wish.gateway === true && house.adapters.get(seat.adapter)?.gateway === undefined)
    refuse('gateway', texts.gateway)
  if (wish.permissionMode === undefined) return
  const configured = claude.permissionMode ?? 'default'
  const found = modeFor(wish.permissionMode, configured, person.role, wordsIn('en'))
  if ('refused' in found) refuse('permissionMode', found.refused, found.known ? 'forbidden' : 'invalid')
}

/** A transcript belongs to the folder that it was made in. Two processes on one would lose each other's turns. */
async function taken(
  visitor: Visitor,
  id: string,
  project: string | undefined,
): Promise<Partial<SessionRecord>> {
  const found = (await transcriptsOf(visitor)).find((transcript) => transcript.id === id)
  if (found === undefined) throw new OfficeError('unknown', texts.noTranscript, { field: 'resume' })
  if (found.session !== undefined)
    throw new OfficeError('conflict', texts.inUse(found.session), { field: 'resume' })
  if (project !== undefined && project !== found.project)
    throw new OfficeError('conflict', texts.elsewhere, { field: 'project' })
  const folder = found.project === undefined ? {} : { folder: projectFolder(found.project) }
  return { sessionId: id, started: true, ...folder }
}

/** What was checked, as a record has it. */
function wished(
  { name, model, permissionMode, effort, project, ...others }: SessionWish,
  adapter: string,
): Partial<SessionRecord> {
  const { systemPrompt, allowedTools, disallowedTools, maxTurns, maxBudgetUsd, timeout, gateway } = others
  const wish = {
    systemPrompt,
    allowedTools: allowedTools === undefined ? undefined : [...allowedTools],
    disallowedTools: disallowedTools === undefined ? undefined : [...disallowedTools],
    maxTurns,
    maxBudgetUsd,
    timeout,
    gateway: gateway === true ? adapter : undefined,
  }
  const isAny = Object.values(wish).some((value) => value !== undefined)
  return {
    ...(name === undefined ? {} : { name }),
    ...(model === undefined ? {} : { model }),
    ...(permissionMode === undefined
      ? {}
      : {
          permissionMode: permissionModes.find((each) => each.toLowerCase() === permissionMode.toLowerCase()),
        }),
    ...(effort === undefined ? {} : { effort: efforts.find((each) => each === effort) }),
    ...(project === undefined ? {} : { folder: projectFolder(project) }),
    ...(isAny ? { wish } : {}),
  }
}
