/** Is there room for the data, on a disk that SQLite can rely on? */
import { constants, existsSync } from 'node:fs'
import { access, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Finding } from '../contract.ts'
import { errnoOf } from '../files/error.ts'

/** A few workspaces' worth; below that the next download may fill the disk. */
const leastFreeBytes = 1e9

/** Of statfs(2), on Linux. Their locks hold on one machine at the best, and SQLite needs locks and shared memory. */
const networkTypes: Readonly<Record<number, string>> = {
  0x6969: 'NFS',
  0x517b: 'SMB',
  0xfe534d42: 'SMB',
  0xff534d42: 'CIFS',
  0x01021997: '9p',
  0x00c36400: 'Ceph',
}

export async function diskFindings(dataDir: string): Promise<readonly Finding[]> {
  const folder = await nearest(dataDir)
  if (typeof folder !== 'string') return [folder]
  const well = { ok: true, what: `data goes into ${dataDir}` }
  const { bavail, bsize, type } = await statfs(folder)
  return [well, room(bavail * bsize, folder), ...network(type, folder), ...databases(dataDir)]
}

/** The data directory, or the folder that it will be made in. */
async function nearest(dataDir: string): Promise<string | Finding> {
  for (let folder = dataDir; ; folder = dirname(folder)) {
    try {
      await access(folder, constants.W_OK)
      return folder
    } catch (error) {
      if (errnoOf(error) === 'ENOENT' && folder !== dirname(folder)) continue
      const advice = 'name another folder in `dataDir`, or give this user the right'
      return { ok: false, what: `${folder} cannot be written to`, advice }
    }
  }
}

function room(bytes: number, folder: string): Finding {
  const what = `${(bytes / 1e9).toFixed(1)} GB are free there`
  if (bytes >= leastFreeBytes) return { ok: true, what }
  const advice = `make room on the disk of ${folder}: when it is full, no message is taken any more`
  return { ok: false, what: `only ${what}`, advice }
}

function network(type: number, folder: string): readonly Finding[] {
  const name = process.platform === 'linux' ? networkTypes[type] : undefined
  if (name === undefined) return []
  return [
    {
      ok: false,
      what: `${folder} is on a network file system (${name}), where SQLite's locks cannot be relied on`,
      advice: 'name a folder on a local disk in `dataDir`',
    },
  ]
}

/** Those that are there: can this user read and write them, and are they databases? */
function databases(dataDir: string): readonly Finding[] {
  return ['queue.db', 'store.db']
    .map((name) => join(dataDir, name))
    .filter((file) => existsSync(file))
    .map((file) => {
      try {
        using db = new DatabaseSync(file, { timeout: 1000 })
        // The rights to write are asked for, and nothing is written.
        db.exec('BEGIN IMMEDIATE; SELECT count(*) FROM sqlite_schema; ROLLBACK')
        return { ok: true, what: `${file} can be read and written` }
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        const advice = `check whose file it is; if it is damaged, restore a backup (\`parley restore\`)`
        return { ok: false, what: `${file} cannot be used: ${why}`, advice }
      }
    })
}
