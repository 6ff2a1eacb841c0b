import { folderPath, projectFolder, workspaceFolder } from '../conversation/folder.ts'
import { homeDirs } from '../conversation/home.ts'
import type { SessionRecord } from '../store/records.ts'
import type { Desk, OrderedCommand, Steering } from './command.ts'

export const cd: OrderedCommand = {
  name: 'cd',
  usage: '[project | folder | .]',
  summary: 'shows or changes where Claude works; each folder has its own sessions',
  arguments: [
    {
      name: 'folder',
      type: 'text',
      summary: 'a project, a folder of your workspace, or `.` for the workspace',
    },
  ],
  when: 'in-order',
  async run(desk, conversation) {
    const here = conversation.record?.folder
    if (desk.args === '') return `Claude works in ${shown(here)}. \`/projects\` shows where else it can.`
    const folder = await wantedFolder(desk, conversation)
    if (folder === here) return `Claude works in ${shown(here)} already.`
    const resting = await desk.store.sessions.others(desk.place.conversation)
    const last = resting.findLast((record) => record.folder === folder && record.archivedAt === undefined)
    await conversation.switchTo(last ?? freshIn(folder, conversation))
    const session = last === undefined ? 'A new session starts there' : 'Your last session there goes on'
    return `Claude works in ${shown(folder)} now. ${session} with your next message.`
  },
}

/** A project's name goes before a folder of the same name: \`./name\` means the folder. Throws ClaudeError. */
async function wantedFolder(
  { args, config, place }: Desk,
  { record }: Steering,
): Promise<string | undefined> {
  const { workspace } = homeDirs(config.dataDir, record?.home ?? place.home)
  const folder = Object.hasOwn(config.projects, args) ? projectFolder(args) : workspaceFolder(args, workspace)
  if (folder !== undefined) await folderPath(folder, workspace, config.projects)
  return folder
}

function freshIn(folder: string | undefined, conversation: Steering): SessionRecord {
  const { folder: _before, ...record } = conversation.fresh()
  return folder === undefined ? record : { ...record, folder }
}

function shown(folder: string | undefined): string {
  return folder === undefined ? 'your workspace' : `\`${folder}\``
}
