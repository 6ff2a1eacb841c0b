/** A message of each topic: Feishu lets a bot into a topic by a reply to what stands in it, and in no other way. */
import { z } from 'zod'
import { AdapterError, Newest } from '../../src/contract.ts'
import { Answered, type Api } from './api.ts'

const mostRemembered = 1000

const Page = Answered({
  items: z.array(z.object({ message_id: z.string(), deleted: z.boolean().default(false) })).default([]),
})

export class Topics {
  readonly #api: Api
  /** By topic, the one heard from last at the end. */
  readonly #known = new Newest<string>(mostRemembered)

  constructor(api: Api) {
    this.#api = api
  }

  heard(topic: string, message: string): void {
    this.#known.set(topic, message)
  }

  known(topic: string): string | undefined {
    return this.#known.get(topic)
  }

  /** Asks Feishu what stands in it. Throws {@link AdapterError}. */
  async look(topic: string): Promise<string> {
    const query = { container_id_type: 'thread', container_id: topic, page_size: '20' }
    const { data } = await this.#api.call({ method: 'GET', path: '/im/v1/messages', query }, Page)
    const found = data.items.find(({ deleted }) => !deleted)
    if (found === undefined) throw new AdapterError('gone', 'nothing stands in the topic any more')
    this.heard(topic, found.message_id)
    return found.message_id
  }
}
