import { readdir } from 'node:fs/promises'
import { homeDirs } from '../conversation/home.ts'
import type { ImmediateCommand } from './command.ts'

const most = 50

export const projects: ImmediateCommand = {
  name: 'projects',
  usage: '',
  summary: 'shows the folders that Claude can work in',
  when: 'now',
  async run({ config, store, place }) {
    const record = await store.sessions.get(place.conversation)
    const { workspace } = homeDirs(config.dataDir, record?.home ?? place.home)
    const named = Object.keys(config.projects)
    const own = await foldersIn(workspace)
    const parts = [
      named.length === 0 ? '' : `Projects that everybody here shares:\n${list(named)}`,
      own.length === 0 ? '' : `Folders of your workspace:\n${list(own.map((name) => `./${name}`))}`,
      '`/cd <name>` goes there, `/cd .` back to your workspace.',
    ]
    return parts.filter(Boolean).join('\n\n')
  },
}

/** Links are left out: they may lead anywhere. */
async function foldersIn(workspace: string): Promise<string[]> {
  const entries = await readdir(workspace, { withFileTypes: true }).catch(() => [])
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
  return folders
    .map(({ name }) => name)
    .toSorted()
    .slice(0, most)
}

function list(names: readonly string[]): string {
  return names.map((name) => `- \`${name.replaceAll('`', '')}\``).join('\n')
}
