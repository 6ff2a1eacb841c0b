/** Pictures that stand in texts: uploaded once each. */
import { AdapterError, Newest, type Fault, type Log, type TextReply } from '../../src/contract.ts'
import type { Api } from './api.ts'
import { uploadPicture } from './files.ts'
import type { PictureKeys } from './text.ts'

const mostRemembered = 1000
/** Not shown then, but linked to: the text is worth more. */
const withoutIt: ReadonlySet<Fault> = new Set(['rejected', 'forbidden', 'unsupported', 'gone'])

export class Pictures {
  readonly #api: Api
  readonly #log: Log
  /** By path: a text that is tried again shows what was uploaded for it. */
  readonly #keys = new Newest<string>(mostRemembered)

  constructor(api: Api, log: Log) {
    this.#api = api
    this.#log = log
  }

  /** Feishu's keys of those that stand in this text, by what the text calls them. Throws {@link AdapterError}. */
  async of({ markdown, pictures = [] }: Pick<TextReply, 'markdown' | 'pictures'>): Promise<PictureKeys> {
    const keys = new Map<string, string>()
    for (const picture of pictures) {
      const { src, path } = picture
      if (!markdown.includes(src)) continue
      const key = this.#keys.get(path) ?? (await this.#uploaded(picture))
      if (key === undefined) continue
      this.#keys.set(path, key)
      keys.set(src, key)
    }
    return keys
  }

  async #uploaded(picture: NonNullable<TextReply['pictures']>[number]): Promise<string | undefined> {
    try {
      return await uploadPicture(this.#api, picture)
    } catch (error) {
      if (!(error instanceof AdapterError) || !withoutIt.has(error.code)) throw error
      this.#log.warn({ err: error }, 'a picture of an answer was not taken: it is a link')
      return undefined
    }
  }
}
