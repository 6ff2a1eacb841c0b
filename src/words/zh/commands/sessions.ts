import { format } from '../format.ts'
import type { Words } from '../../en.ts'
import type { sessions as english } from '../../en/commands/sessions.ts'

function open(names: readonly string[]): string {
  return names.length === 0
    ? '用 `/cd .` 回到工作区本身。'
    : `可用的有：${format.list(names)}；用 \`/cd .\` 回到工作区本身。`
}

export const sessions: Pick<Words['commands'], keyof typeof english> = {
  new: {
    usage: '[名称]',
    summary: '开始新会话；原会话保留，工作区中的文件不变',
    arguments: { name: '新会话的名称' },
    done: '从你的下一条消息起进入新会话。工作区中的文件仍在；用 `/sessions` 查看之前的会话。',
  },
  sessions: {
    usage: '[all]',
    summary: '列出你在这里的会话；加 `all` 包括已归档的会话',
    arguments: { which: '包括已归档的会话' },
    form: (given) => `/sessions 的参数只能是 \`all\` 或留空，不能是 \`${given}\`。`,
    none: '还没有会话：发送第一条消息就会开始一个会话。',
    columns: { name: '名称', turns: '轮数', used: '上次使用' },
    here: '当前会话',
    away: '已归档',
    folder: (folder) => `位于 \`${folder}\``,
    hint: '用 `/resume <编号或名称>` 继续某个会话。',
    moreAway: (count) => `另有 ${count} 个会话已归档：\`/sessions all\`。`,
  },
  resume: {
    usage: '<编号 | 名称>',
    summary: '继续之前的会话',
    arguments: { session: '`/sessions` 中显示的编号或名称' },
    form: '/resume 需要会话的编号或名称：可用 `/sessions` 查看。',
    already: (title) => `你已经在${title}中。`,
    done: (title) => `已回到${title}：从你的下一条消息起继续。`,
  },
  rename: {
    usage: '<名称>',
    summary: '为当前会话命名',
    arguments: { name: '会话的名称' },
    form: '/rename 需要一个名称，例如 `/rename 发布说明`。',
    done: (name) => `当前会话已命名为 \`${name}\`：用 \`/resume ${name}\` 可以回到这里。`,
  },
  fork: {
    usage: '[名称]',
    summary: '在当前会话的副本中继续；原会话保持不变',
    arguments: { name: '副本的名称' },
    nothing: '还没有可以复制的内容：这个会话中还没有任何消息。',
    done: '从你的下一条消息起，你将在会话的副本中继续。用 `/sessions` 可以看到原会话。',
  },
  cd: {
    usage: '[项目 | 文件夹 | .]',
    summary: '查看或更改 Claude 的工作位置；每个文件夹有各自的会话',
    arguments: { folder: '项目名、工作区中的文件夹，或用 `.` 表示工作区' },
    workspace: '你的工作区',
    here: (where) => `Claude 正在 ${where} 中工作。用 \`/projects\` 查看其他可用位置。`,
    already: (where) => `Claude 已经在 ${where} 中工作。`,
    outside: (given, names) => `\`${given}\` 在你的工作区之外，不对你开放。${open(names)}`,
    noFolder: (given, names, near) =>
      `你的工作区中没有文件夹 \`${given}\`，也没有这个项目。${near === undefined ? open(names) : `你是指 \`/cd ${near}\` 吗？`}`,
    begins: (where) => `Claude 现在在 ${where} 中工作。从你的下一条消息起，在那里开始新会话。`,
    goesOn: (where) => `Claude 现在在 ${where} 中工作。从你的下一条消息起，继续你在那里的上一个会话。`,
  },
  projects: {
    usage: '',
    summary: '列出 Claude 可以工作的文件夹',
    shared: '这里所有人共享的项目：',
    own: '你工作区中的文件夹：',
    hint: '用 `/cd <名称>` 进入，用 `/cd .` 回到你的工作区。',
  },
}
