import { may } from '../access.ts'
import type { ImmediateCommand } from './command.ts'

export const status: ImmediateCommand = {
  name: 'status',
  usage: '',
  summary: 'shows the session and what is running or waiting',
  when: 'now',
  async run({ queue, store, place, person, config }) {
    const record = await store.sessions.get(place.conversation)
    const waiting = await queue.waiting(place.conversation)
    const running = waiting.filter(({ attempt }) => attempt > 0).length
    const lines = [
      record === undefined
        ? 'No session yet: your first message starts one.'
        : `Session \`${record.sessionId}\`, ${record.turns} ${record.turns === 1 ? 'turn' : 'turns'}, last used ${new Date(record.lastAt).toISOString()}.`,
      `Model: ${record?.model ?? config.claude.model ?? 'the default'}. Permission mode: ${record?.permissionMode ?? config.claude.permissionMode ?? 'default'}.`,
      `Here: ${running} running, ${waiting.length - running} waiting.`,
    ]
    if (may(person.role, 'operate')) {
      const whole = await queue.counts()
      lines.push(
        `Whole bot: ${whole.running} running, ${whole.waiting} waiting, ${whole.undelivered} replies on their way.`,
      )
    }
    return lines.join('\n\n')
  },
}
