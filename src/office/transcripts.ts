/** The CLI's sessions of somebody that lie on disk. What stands in them may have been written by anybody. */
import { realpath } from 'node:fs/promises'
import { z } from 'zod'
import type { Transcript } from '../contract.ts'
import { homeDirs } from '../conversation/home.ts'
import { FileError } from '../files/error.ts'
import { Folder } from '../files/folder.ts'
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
    for (const transcript of await transcriptsIn(configDir, path.replaceAll(/[^A-Za-z0-9]/g, '-'))) {
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

/** Whoever the config dir belongs to can put links anywhere in it: they lead nowhere. */
async function transcriptsIn(configDir: string, name: string): Promise<Transcript[]> {
  try {
    await using own = await Folder.open(configDir)
    await using projects = await own.enter('projects')
    await using folder = await projects.enter(name)
    const read = (await folder.names()).flatMap((file) => {
      const id = /^([0-9a-f-]{36})\.jsonl$/.exec(file)?.[1]
      return id === undefined ? [] : [transcriptOf(folder, file, id)]
    })
    return (await Promise.all(read)).filter((transcript) => transcript !== undefined)
  } catch (error) {
    if (error instanceof FileError && (error.code === 'missing' || error.code === 'outside')) return []
    throw error
  }
}

/** Undefined: it is no file of the CLI's, or of others' too. */
async function transcriptOf(folder: Folder, name: string, id: string): Promise<Transcript | undefined> {
  const handle = await folder.file(name).catch(() => undefined)
  if (handle === undefined) return undefined
  await using file = handle
  const stat = await file.stat()
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
