/** Reads the files that a text names, within the user's walls and within bounds. */
import type { Log } from '../contract.ts'
import type { ImageContent } from '../claude/turn.ts'
import { FileError } from './error.ts'
import { imageType, isDamaged, mostImageBytes } from './image.ts'
import { mentionsIn } from './mentions.ts'
import { type Walls, nameWithin, openWithin } from './walls.ts'

/** All texts of one message together. */
const mostBytes = 256 * 1024
/** All pictures: a request of the API takes 32 MB, and more of them may come along as files. */
const mostPictureBytes = 8 * 1024 * 1024

export interface Quoted {
  /** As Claude finds it from where it works. */
  readonly path: string
  readonly bytes: number
  /** What is in it; absent: too large, or no text. */
  readonly text?: string
  /** Set where it is a picture that Claude can be shown. */
  readonly image?: ImageContent
  /** Set where it was a picture and cannot be shown any more. */
  readonly damaged?: true
}

/** What may still be put into the prompt, in bytes. */
interface Room {
  text: number
  pictures: number
}

/** Names that are no file within the walls stay what they are, words: people are mentioned in the same way. */
export function quoteFiles(text: string, walls: Walls, log: Log): Promise<Quoted[]> {
  return quoteNamed(mentionsIn(text), walls, log)
}

/** Each by the first of its names that is a file within the walls. */
export async function quoteNamed(
  named: readonly (readonly string[])[],
  walls: Walls,
  log: Log,
): Promise<Quoted[]> {
  const quoted = new Map<string, Quoted>()
  const room = { text: mostBytes, pictures: mostPictureBytes }
  for (const readings of named) {
    const file = await firstOf(readings, walls, room, log)
    if (file === undefined || quoted.has(file.path)) continue
    quoted.set(file.path, file)
    if (file.text !== undefined) room.text -= file.bytes
    if (file.image !== undefined) room.pictures -= file.bytes
  }
  return [...quoted.values()]
}

async function firstOf(
  readings: readonly string[],
  walls: Walls,
  room: Room,
  log: Log,
): Promise<Quoted | undefined> {
  for (const path of readings) {
    try {
      return await read(path, walls, room)
    } catch (error) {
      if (!(error instanceof FileError)) throw error
      log.debug({ code: error.code }, 'a name in a message is no file that can be quoted')
    }
  }
  return undefined
}

async function read(path: string, walls: Walls, room: Room): Promise<Quoted> {
  await using file = await openWithin(walls, path)
  const { bytes } = file
  const known = { path: nameWithin(walls, file), bytes }
  if (bytes > Math.max(room.text, Math.min(room.pictures, mostImageBytes))) return known
  // It may grow while it is read: no more is taken than was measured.
  const { bytesRead, buffer } = await file.handle.read(Buffer.alloc(bytes), 0, bytes, 0)
  const content = buffer.subarray(0, bytesRead)
  const mime = bytes <= room.pictures ? imageType(content) : undefined
  if (mime !== undefined) return { ...known, image: { mime, data: content.toString('base64') } }
  if (isDamaged(content)) return { ...known, damaged: true }
  return bytes <= room.text && isText(content) ? { ...known, text: content.toString('utf8') } : known
}

function isText(content: Buffer): boolean {
  if (content.includes(0)) return false
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(content)
    return true
  } catch {
    return false
  }
}
