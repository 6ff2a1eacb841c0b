/** What somebody can see and do besides writing messages, over the same parts as the chat commands. */
import { rightsOf } from '../access.ts'
import type { House } from '../bot/house.ts'
import { stopTurn } from '../bot/mending.ts'
import { efforts, permissionModes } from '../claude/turn.ts'
import { modeFor } from '../commands/mode.ts'
import type { Adapter, Office, Person } from '../contract.ts'
import { wordsIn } from '../words/words.ts'
import { approvalsFor } from './approvals.ts'
import { filesIn, readFrom, writeInto } from './files.ts'
import { forget } from './forgetting.ts'
import { create, fork } from './making.ts'
import { transcriptsOf } from './transcripts.ts'
import { usageFor } from './usage.ts'
import { viewOf } from './viewing.ts'
import { type Visitor, recordOf, recordsOf, visitorOf } from './visitor.ts'

export function officeFor(house: House, adapter: Adapter, from: Person): Office {
  const visit = (): Promise<Visitor> => visitorOf(house, adapter, from)
  return {
    possibilities: async () => {
      const { person } = await visit()
      const { claude, projects } = house.live.current
      const configured = claude.permissionMode ?? 'default'
      const isOpen = (mode: string): boolean =>
        !('refused' in modeFor(mode, configured, person.role, wordsIn('en')))
      return {
        ...(claude.model === undefined ? {} : { model: claude.model }),
        permissionMode: configured,
        permissionModes: permissionModes.filter(isOpen),
        efforts,
        projects: Object.keys(projects),
        rights: rightsOf(person.role),
      }
    },
    sessions: async (of, most) => {
      const visitor = await visit()
      const records = (await recordsOf(visitor, of)).toSorted((a, b) => b.lastAt - a.lastAt)
      return Promise.all(records.slice(0, most).map((record) => viewOf(visitor, record)))
    },
    session: async (id) => {
      const visitor = await visit()
      return viewOf(visitor, await recordOf(visitor, id, 'see'))
    },
    create: async (wish) => create(await visit(), wish),
    fork: async (id, into) => {
      const visitor = await visit()
      return fork(visitor, await recordOf(visitor, id, 'change'), into)
    },
    forget: async (id) => {
      const visitor = await visit()
      await forget(visitor, await recordOf(visitor, id, 'change'))
    },
    history: async (id, limit) => {
      const { conversation } = await recordOf(await visit(), id, 'see')
      await house.held.get(conversation)?.recorded
      const entries = await house.store.history.read(conversation, { limit })
      return entries.map(({ sessionId: transcript, at, role, text, user, files }) => ({
        at,
        role,
        text,
        transcript,
        ...(user === undefined ? {} : { user }),
        ...(files === undefined ? {} : { files }),
      }))
    },
    follow: async (id, listener, signal) => {
      const { conversation } = await recordOf(await visit(), id, 'see')
      house.audience.follow(conversation, listener, signal)
    },
    interrupt: async (id) => {
      const visitor = await visit()
      const { conversation } = await recordOf(visitor, id, 'stop')
      return stopTurn(house, conversation, visitor.person)
    },
    approvals: async (of) => approvalsFor(await visit(), of),
    usage: async (of, from, to) => usageFor(await visit(), of, { from, to }),
    transcripts: async () => transcriptsOf(await visit()),
    files: async (id, folder) => filesIn(house, await recordOf(await visit(), id, 'change'), folder),
    readFile: async (id, path) => readFrom(house, await recordOf(await visit(), id, 'change'), path),
    writeFile: async (id, file) => writeInto(house, await recordOf(await visit(), id, 'change'), file),
  }
}
