/** The CLI's sessions of somebody that lie on disk. What stands in them may have been written by anybody. */
import { type Dirent, constants } from 'node:fs'
import { open, readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Transcript } from '../contract.ts'
import { homeDirs } from '../conversation/home.ts'
import { errnoOf } from '../files/error.ts'
import { addressOf, idOf } from './ids.ts'
import { type Visitor, recordsOf } from './visitor.ts'

/** So much of each is read: its first message stands at the beginning. */
const readBytes = 64 * 1024
const longestPreview = 200
/** The newest; nobody looks through more. */
const mostListed = 200

const Line = z.union([
  z.object({ type: z.literal('user'), message: z.object({ content: z.unknown() }) }),
  z.object({ type: z.literal('summary'), summary: z.string() }),
  z.object({ type: z.literal('custom-title'), customTitle: z.string() }),
])
const Blocks = z.array(z.object({ type: z.string(), text: z.string().optional() }))

/** Of the workspace and of the projects, the newest first. */
export async function transcriptsOf(visitor: Visitor): Promise<readonly Transcript[]> {
  const { house, person, seat } = visitor
  const { dataDir, projects } = house.live.current
  const { home } = house.places.own(person.id, { address: addressOf(seat, 'any'), direct: true })
  const { workspace, configDir } = homeDirs(dataDir, home)
  const owners = new Map(
    (await recordsOf(visitor, 'own')).map((record) => [record.sessionId, idOf(seat, record.conversation)]),
  )
  const found: Transcript[] = []
  for (const [project, folder] of [[undefined, workspace] as const, ...Object.entries(projects)]) {
    const path = await realpath(folder).catch(() => folder)
    const place = join(configDir, 'projects', path.replaceAll(/[^A-Za-z0-9]/g, '-'))
    for (const transcript of await transcriptsIn(place)) {
      const session = owners.get(transcript.id)
      found.push({
        ...transcript,
        ...(project === undefined ? {} : { project }),
        ...(session === undefined ? {} : { session }),
      })
    }
  }
  return found.toSorted((a, b) => b.lastAt - a.lastAt).slice(0, mostListed)
}

async function transcriptsIn(folder: string): Promise<Transcript[]> {
  const read = (await entriesOf(folder)).flatMap(({ name }) => {
    const id = /^([0-9a-f-]{36})\.jsonl$/.exec(name)?.[1]
    return id === undefined ? [] : [transcriptAt(join(folder, name), id)]
  })
  return (await Promise.all(read)).filter((transcript) => transcript !== undefined)
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile())
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}

/** Undefined: it is no file of the CLI's. */
async function transcriptAt(path: string, id: string): Promise<Transcript | undefined> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const handle = await open(path, flags).catch(() => undefined)
  if (handle === undefined) return undefined
  await using file = handle
  const stat = await file.stat()
  if (!stat.isFile()) return undefined
  const { buffer, bytesRead } = await file.read(Buffer.alloc(readBytes), 0, readBytes, 0)
  const { preview = '', title } = gist(buffer.toString('utf8', 0, bytesRead))
  const lastAt = Math.round(stat.mtimeMs)
  return { id, preview, bytes: stat.size, lastAt, ...(title === undefined ? {} : { title }) }
}

/** What can be told of it by its beginning. */
function gist(text: string): { preview?: string; title?: string } {
  const told: { preview?: string; title?: string } = {}
  for (const line of text.split('\n')) {
    const parsed = Line.safeParse(json(line)).data
    if (parsed?.type === 'summary') told.title ??= short(parsed.summary)
    if (parsed?.type === 'custom-title') told.title = short(parsed.customTitle)
    if (parsed?.type === 'user' && told.preview === undefined) {
      const words = short(textOf(parsed.message.content))
      if (words !== '') told.preview = words
    }
  }
  return told
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  const blocks = Blocks.safeParse(content).data ?? []
  return blocks.map(({ text = '' }) => text).join(' ')
}

function short(text: string): string {
  return text
    .replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, longestPreview)
    .toWellFormed()
}

function json(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
