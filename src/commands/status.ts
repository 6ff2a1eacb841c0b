import { may } from '../access.ts'
import type { ImmediateCommand } from './command.ts'
import { worded } from './worded.ts'

export const status: ImmediateCommand = {
  ...worded('status'),
  when: 'now',
  async run({ words, queue, store, place, person, config }) {
    const texts = words.commands.status
    const record = await store.sessions.get(place.conversation)
    const waiting = await queue.waiting(place.conversation)
    const running = waiting.filter(({ attempt }) => attempt > 0).length
    const mode = record?.permissionMode ?? config.claude.permissionMode ?? 'default'
    const lines = [
      record === undefined ? texts.none : texts.session(record.sessionId, record.turns, record.lastAt),
      texts.settings(record?.model ?? config.claude.model, mode),
      texts.here(running, waiting.length - running),
    ]
    if (may(person.role, 'operate')) {
      const whole = await queue.counts()
      lines.push(texts.whole(whole.running, whole.waiting, whole.undelivered))
    }
    return lines.join('\n\n')
  },
}
