/** A home is one person's (or one shared chat's) directories, apart from everybody else's. */
import { createHash } from 'node:crypto'
import { lstat, mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { workspaceRoot } from './folder.ts'

export interface Home {
  /** What Claude works in. */
  readonly workspace: string
  /** CLAUDE_CONFIG_DIR: transcripts and state of the CLI. */
  readonly configDir: string
  /** HOME of the CLI process. */
  readonly home: string
}

/**
 * A folder name for any key: readable in its front, told apart by a hash of the whole behind it. Case-folding
 * and length-limited file systems cannot make two keys meet, and no key can climb out.
 */
export function folderName(key: string): string {
  const readable = key
    .replaceAll(/(?:%[0-9A-F]{2}|[^A-Za-z0-9_-])+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40)
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 16)
  return `${readable || 'home'}-${hash}`
}

export function homeDirs(dataDir: string, key: string): Home {
  const base = resolve(dataDir, 'users', folderName(key))
  return { workspace: join(base, 'workspace'), configDir: join(base, 'claude'), home: join(base, 'home') }
}

/**
 * Makes the directories where they are missing, closed to other users of the machine. Throws {@link ClaudeError} where
 * something else stands in the workspace's place.
 */
export async function makeHome(dataDir: string, key: string): Promise<Home> {
  const home = homeDirs(dataDir, key)
  // The workspace comes last, and is the one that whoever works in it can take away.
  const complete = await lstat(home.workspace).then(
    () => true,
    () => false,
  )
  for (const dir of complete ? [] : [home.home, home.configDir, home.workspace]) {
    await mkdir(dir, { recursive: true, mode: 0o700 })
  }
  await workspaceRoot(home.workspace)
  return home
}
