/** Where files come in and go out: the config's limits, the folders of our own, what the adapters can do. */
import { join } from 'node:path'
import type { Config, LiveConfig } from '../config.ts'
import type { Adapter } from '../contract.ts'
import { largestFile } from '../files/largest.ts'
import type { SendDesk } from './chat-tools.ts'
import type { FileDesk } from './take-files.ts'

/** Files that are not whole yet. */
export function incomingDir({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(dataDir, 'incoming')
}

/** Copies of files that were promised to a chat. */
export function outboxDir({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(dataDir, 'outbox')
}

/** The same for whoever sits at this machine: shown the copy itself, they keep it. */
function sentDir({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(dataDir, 'sent')
}

export function fileDesks(
  live: Pick<LiveConfig, 'current'>,
  adapters: ReadonlyMap<string, Adapter>,
): { readonly files: FileDesk; readonly sending: SendDesk } {
  const temporary = incomingDir(live.current)
  const limits = (): Config['files'] => live.current.files
  return {
    files: {
      limits,
      temporary,
      download: (address) => {
        const adapter = adapters.get(address.adapter)
        const download = adapter?.download?.bind(adapter)
        return download && ((attachment, signal) => download(attachment, address, signal))
      },
    },
    sending: {
      limits,
      dirs: ({ adapter }) => {
        const stays = adapters.get(adapter)?.local === true
        return { temporary, outbox: stays ? sentDir(live.current) : outboxDir(live.current) }
      },
      fileBytes: (to) => largestFile(adapters.get(to.adapter), to),
      pictureBytes: ({ adapter }) => adapters.get(adapter)?.limits.pictureBytes ?? 0,
    },
  }
}
