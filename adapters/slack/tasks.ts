/** Tools as the task cards of a message that grows. */
import type { types } from '@slack/bolt'
import type { ToolView } from '../../src/contract.ts'
import { line } from './text.ts'

const statuses = { running: 'in_progress', done: 'complete', failed: 'error' } as const
const longestTitle = 100

export class Tasks {
  readonly #shown = new Map<string, types.TaskUpdateChunk>()
  /** What they take of the message, in bytes. */
  bytes = 0

  /** Cards that are new or have changed, as many as fit into `room` bytes. */
  changes(tools: readonly ToolView[], room: number): types.TaskUpdateChunk[] {
    const cards = tools.map(card).filter((task) => this.#shown.get(task.id)?.status !== task.status)
    let left = room
    return cards.filter(({ title }) => {
      left -= Buffer.byteLength(title)
      return left >= 0
    })
  }

  /** What still ran is over. */
  ended(): types.TaskUpdateChunk[] {
    const running = [...this.#shown.values()].filter(({ status }) => status === 'in_progress')
    return running.map((task) => ({ ...task, status: 'complete' }))
  }

  shown(chunks: readonly types.AnyChunk[]): void {
    for (const chunk of chunks) {
      if (chunk.type !== 'task_update') continue
      this.#shown.set(chunk.id, chunk)
      this.bytes += Buffer.byteLength(chunk.title)
    }
  }
}

function card({ id, name, title, state }: ToolView): types.TaskUpdateChunk {
  const words = line(title === '' ? name : `${name}: ${title}`, longestTitle)
  return { type: 'task_update', id: line(id, 255), title: words, status: statuses[state] }
}
