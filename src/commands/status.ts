import { may } from '../access.ts'
import type { Doing } from '../conversation/doing.ts'
import type { ImmediateCommand } from './command.ts'
import { turnState } from './turn-state.ts'
import { worded } from './worded.ts'

export const status: ImmediateCommand = {
  ...worded('status'),
  when: 'now',
  async run(desk) {
    const { words, queue, store, place, person, config, doings } = desk
    const texts = words.commands.status
    const record = await store.sessions.get(place.conversation)
    const open = await queue.waiting(place.conversation)
    const behind = open.slice(1).filter(({ attempt }) => attempt === 0).length
    const mode = record?.permissionMode ?? config.claude.permissionMode ?? 'default'
    const lines = [
      record === undefined ? texts.none : texts.session(record.sessionId, record.turns, record.lastAt),
      texts.settings(record?.model ?? config.claude.model, mode),
      texts.here(turnState(desk, open.length > 0), behind),
    ]
    if (may(person.role, 'operate')) {
      const { waiting, undelivered } = await queue.counts()
      const count = (...phases: readonly Doing['phase'][]): number =>
        doings().filter(({ phase }) => phases.includes(phase)).length
      const turns = { works: count('begins', 'works'), waits: count('waits'), decides: count('decides') }
      lines.push(texts.whole(turns, waiting, undelivered))
    }
    return lines.join('\n\n')
  },
}
