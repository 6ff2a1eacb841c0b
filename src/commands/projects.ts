import { readdir } from 'node:fs/promises'
import { workspaceRoot } from '../conversation/folder.ts'
import { homeDirs } from '../conversation/home.ts'
import type { ImmediateCommand } from './command.ts'
import { worded } from './worded.ts'

const most = 50

export const projects: ImmediateCommand = {
  ...worded('projects'),
  when: 'now',
  async run({ words, config, store, place }) {
    const texts = words.commands.projects
    const record = await store.sessions.get(place.conversation)
    const { workspace } = homeDirs(config.dataDir, record?.home ?? place.home)
    const named = Object.keys(config.projects)
    const own = await foldersIn(workspace)
    const parts = [
      named.length === 0 ? '' : `${texts.shared}\n${list(named)}`,
      own.length === 0 ? '' : `${texts.own}\n${list(own.map((name) => `./${name}`))}`,
      texts.hint,
    ]
    return parts.filter(Boolean).join('\n\n')
  },
}

/** Links are left out: they may lead anywhere. */
export async function foldersIn(workspace: string): Promise<string[]> {
  const entries = await workspaceRoot(workspace)
    .then((root) => readdir(root, { withFileTypes: true }))
    .catch(() => [])
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
  return folders
    .map(({ name }) => name)
    .toSorted()
    .slice(0, most)
}

function list(names: readonly string[]): string {
  return names.map((name) => `- \`${name.replaceAll('`', '')}\``).join('\n')
}
