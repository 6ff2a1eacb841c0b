/** What Claude was doing by itself when its process ended, told where it began. */
import type { Outgoing, Queue } from '../queue/port.ts'
import type { UnattendedRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Words } from '../words/en.ts'
import { wordsIn } from '../words/words.ts'
import { code } from '../words/quoted.ts'
import { notice } from '../queue/notice.ts'

interface Told {
  readonly queue: Pick<Queue, 'post'>
  readonly store: Pick<Store, 'unattended'>
}

/** Says to each whose it was what was cut off, once however often it is called, and forgets it. */
export async function tellOfCutOff({ queue, store }: Told, record: UnattendedRecord): Promise<void> {
  const { id, conversation, others } = record
  const told = [record, ...others].map(({ address, language, tasks }, index): Outgoing => {
    const key = ['unattended', id, ...(index === 0 ? [] : [index])].join('/')
    return notice({ key, conversation, address }, cutOff(wordsIn(language), tasks))
  })
  await queue.post(told)
  await store.unattended.delete(conversation)
}

/** What the process before left unsaid. Call it before any turn begins. */
export async function tellOfDead(parts: Told): Promise<void> {
  for await (const record of parts.store.unattended.all()) await tellOfCutOff(parts, record)
}

function cutOff({ background, format }: Words, tasks: readonly string[]): string {
  if (tasks.length === 0) return background.cutOff
  return background.cutOffTasks(format.items(tasks.map(code)))
}
