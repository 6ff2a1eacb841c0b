import { ClaudeError } from '../claude/turn.ts'
import { nearest } from '../config/nearest.ts'
import { folderPath, projectFolder, workspaceFolder } from '../conversation/folder.ts'
import { homeDirs } from '../conversation/home.ts'
import type { SessionRecord } from '../store/records.ts'
import { quoted } from '../words/quoted.ts'
import { type Desk, type OrderedCommand, type Steering, CommandError } from './command.ts'
import { foldersIn } from './projects.ts'
import { worded } from './worded.ts'

export const cd: OrderedCommand = {
  ...worded('cd', [{ name: 'folder', type: 'text', suggested: true }]),
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

/** So many are named to whoever asks for one that is not there. */
const mostNamed = 10

/** A project's name goes before a folder of the same name: \`./name\` means the folder. Throws CommandError. */
async function wantedFolder(desk: Desk, { record }: Steering): Promise<string | undefined> {
  const { args, config, place } = desk
  const { workspace } = homeDirs(config.dataDir, record?.home ?? place.home)
  const folder = Object.hasOwn(config.projects, args) ? projectFolder(args) : workspaceFolder(args, workspace)
  if (folder === undefined) return undefined
  try {
    await folderPath(folder, workspace, config.projects)
  } catch (error) {
    throw (await refusal(error, desk, workspace)) ?? error
  }
  return folder
}

/** Says why, and what there is. Undefined: it is about something else. */
async function refusal(
  error: unknown,
  { args, config, words }: Desk,
  workspace: string,
): Promise<CommandError | undefined> {
  const code = error instanceof ClaudeError ? error.code : undefined
  const { cd: texts } = words.commands
  const names = [...Object.keys(config.projects), ...(await foldersIn(workspace))]
  const open = names.slice(0, mostNamed).map((name) => `\`${quoted(name)}\``)
  if (code === 'outside-folder') return new CommandError(texts.outside(quoted(args), open))
  if (code !== 'no-folder') return undefined
  const near = nearest(args.replace(/^\.\//, ''), names)
  return new CommandError(texts.noFolder(quoted(args), open, near))
}

function freshIn(folder: string | undefined, conversation: Steering): SessionRecord {
  const { folder: _before, ...record } = conversation.fresh()
  return folder === undefined ? record : { ...record, folder }
}
