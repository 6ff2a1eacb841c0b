/** Where Claude works: a folder of the own workspace, or one that the operator shares under a name. */
import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { ClaudeError, type ClaudeErrorCode } from '../claude/turn.ts'
import type { Walls } from '../files/walls.ts'
import { quoted } from '../words/quoted.ts'

const projectMark = 'project:'

const texts = {
  noProject: (name: string): string =>
    `There is no project \`${name}\` any more. \`/projects\` lists them; \`/cd .\` goes back to your workspace.`,
  noFolder: (folder: string): string =>
    `There is no folder \`${quoted(folder)}\` in your workspace. \`/cd .\` goes back to the workspace itself.`,
  outside: (folder: string): string =>
    `\`${quoted(folder)}\` leads out of your workspace: that is not open to you.`,
  moved:
    'Your workspace is not where it was made: something else stands in its place. Nothing in it is opened; ask whoever runs the bot to put it back.',
}

/** How a session's record names a project. */
export function projectFolder(name: string): string {
  return `${projectMark}${name}`
}

/** The name of the project that a session's record names; undefined: it names a folder of the workspace. */
export function projectOf(folder: string): string | undefined {
  return folder.startsWith(projectMark) ? folder.slice(projectMark.length) : undefined
}

/** The absolute path; links that lead out of the workspace are refused. Throws {@link ClaudeError}. */
export async function folderPath(
  folder: string,
  workspace: string,
  projects: Readonly<Record<string, string>>,
): Promise<string> {
  if (folder.startsWith(projectMark)) {
    const name = folder.slice(projectMark.length)
    const path = Object.hasOwn(projects, name) ? projects[name] : undefined
    if (path === undefined || !(await isFolder(path)))
      throw refused('no-project', texts.noProject(name), name)
    return path
  }
  const wanted = resolve(workspace, folder)
  if (!isWithin(workspace, wanted)) throw refused('outside-folder', texts.outside(folder), folder)
  if (!(await isFolder(wanted))) throw refused('no-folder', texts.noFolder(folder), folder)
  const [root, path] = await Promise.all([workspaceRoot(workspace), realpath(wanted)])
  if (!isWithin(root, path)) throw refused('outside-folder', texts.outside(folder), folder)
  return path
}

/**
 * The workspace's path without links. Whoever works in it may have put a link in its place or in that of the home around
 * it: what that leads to is nobody's workspace. Throws {@link ClaudeError}.
 */
export async function workspaceRoot(workspace: string): Promise<string> {
  const home = dirname(workspace)
  // Further up the operator may have linked what they like.
  const root = join(await realpath(dirname(home)), basename(home), basename(workspace))
  const found = await realpath(workspace).catch(() => undefined)
  if (found !== root) throw refused('no-workspace', texts.moved, basename(workspace))
  return root
}

/** What is open to somebody who works there: the project, or the workspace from that folder on; then the workspace. Throws as {@link folderPath}. */
export async function wallsOf(
  folder: string | undefined,
  workspace: string,
  projects: Readonly<Record<string, string>>,
): Promise<Walls> {
  const root = await workspaceRoot(workspace)
  const own = { root, base: root }
  if (folder === undefined) return [own]
  const base = await realpath(await folderPath(folder, workspace, projects))
  return [folder.startsWith(projectMark) ? { root: base, base } : { root, base }, own]
}

/** The name under which a session's record keeps a path of the workspace; undefined: the workspace itself. */
export function workspaceFolder(path: string, workspace: string): string | undefined {
  const meant = resolve(workspace, path)
  // What leads out is refused by its own name: how deep the workspace lies is nobody's business.
  if (!isWithin(workspace, meant)) return path
  return relative(workspace, meant) || undefined
}

function refused(code: ClaudeErrorCode, message: string, name: string): ClaudeError {
  return new ClaudeError(code, message, { detail: `\`${quoted(name)}\`` })
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path)
  return way !== '..' && !way.startsWith(`..${sep}`)
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
