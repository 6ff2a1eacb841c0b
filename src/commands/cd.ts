import { folderPath, projectFolder, workspaceFolder } from '../conversation/folder.ts'
import { homeDirs } from '../conversation/home.ts'
import type { SessionRecord } from '../store/records.ts'
import type { Desk, OrderedCommand, Steering } from './command.ts'
import { worded } from './worded.ts'

export const cd: OrderedCommand = {
  ...worded('cd', [{ name: 'folder', type: 'text' }]),
  when: 'in-order',
  changes: 'with-arguments',
  async run(desk, conversation) {
    const { cd: texts } = desk.words.commands
    const shown = (folder: string | undefined): string =>
      folder === undefined ? texts.workspace : `\`${folder}\``
    const here = conversation.record?.folder
    if (desk.args === '') return texts.here(shown(here))
    const folder = await wantedFolder(desk, conversation)
    if (folder === here) return texts.already(shown(here))
    const resting = await desk.store.sessions.others(desk.place.conversation)
    const last = resting.findLast((record) => record.folder === folder && record.archivedAt === undefined)
    await conversation.switchTo(last ?? freshIn(folder, conversation))
    return last === undefined ? texts.begins(shown(folder)) : texts.goesOn(shown(folder))
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
