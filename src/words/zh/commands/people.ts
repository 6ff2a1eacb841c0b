import { roles } from '../../../access.ts'
import type { Words } from '../../en.ts'
import type { people as english } from '../../en/commands/people.ts'
import { format } from '../format.ts'
import { roles as named } from '../people.ts'

export const people: Pick<Words['commands'], keyof typeof english> = {
  who: {
    usage: '',
    summary: '查看谁在这里可以做什么，以及哪些账号已关联',
    named: (ids, role) => `${ids}（${role}）`,
    you: (named, rights) => `你是 ${named}。你可以${format.list(rights)}。`,
    groups: (names) => `配置中的名单还可以用 ${format.list(names.map((name) => `\`${name}\``))} 指代你。`,
    here: {
      user: '每个人都有自己的会话和工作区，在哪里写消息都一样。',
      thread: '每个话题有各自的会话；在群聊中由所有人共用。',
      channel: '每个聊天有各自的会话；在群聊中由所有人共用。',
    },
    others: '我认识的人：',
    entitled: '以下的人可以替他人做决定和停止运行：',
    more: (count) => `……另有 ${count} 人。`,
  },
  lang: {
    usage: '[en | zh]',
    summary: '查看或设置机器人与你交流所用的语言',
    arguments: { language: '`en` English，`zh` 简体中文' },
    unknown: (given) => `不支持语言 \`${given}\`。\`/lang en\`：English；\`/lang zh\`：简体中文。`,
    now: '当前使用简体中文。`/lang en`：English。',
    changed: '已切换为简体中文，你的所有账号都会生效。Claude 会用你书写的语言回答。',
  },
  link: {
    usage: '[CODE]',
    summary: '把你在多个平台上的账号关联起来：显示或输入关联码',
    arguments: { code: '另一个平台显示给你的关联码' },
    form: '/link 后面可以什么都不写，或者写上你的另一个账号看到的 8 位关联码：`/link BCDF-GHJK`。',
    directOnly: '关联码只给你一个人看：请在私聊中发给我。',
  },
  handoff: {
    usage: '[back]',
    summary: '在这里继续你最近在其他聊天中的对话，包括正在进行的内容',
    arguments: { way: '`back`：这个聊天重新使用自己的对话' },
    form: (given) => `/handoff 的参数可以留空，或为 \`back\`，不能是 \`${given}\`。`,
    back: '这个聊天重新使用自己的对话。另一个对话中正在进行的内容仍会在这里回答。',
    nothing: '你的对话已经在这里，其他聊天中没有正在进行的内容。',
    done: '你的对话在这里继续。',
    closed: '你移到这里的对话属于一个已不允许我使用的聊天：这个聊天重新使用自己的对话。',
    moved: (messages, questions) => {
      const parts = [
        ...(messages === 0 ? [] : [`${messages} 条消息`]),
        ...(questions === 0 ? [] : [`${questions} 个待回答的问题`]),
      ]
      return parts.length === 0 ? '' : `已移到这里：${format.list(parts)}。`
    },
  },
  unlink: {
    usage: '[ID]',
    summary: '把当前账号或指定的账号与你的其他账号解除关联',
    arguments: { id: '`/who` 中显示的 `<adapter>:<user id>`' },
    notLinked: '这个账号没有关联其他账号。',
    notYours: (id, ids) =>
      `\`${id}\` 不是你的账号。你的账号有：${ids.map((each) => `\`${each}\``).join('、')}。`,
  },
  pair: {
    usage: 'CODE [角色]',
    summary: '让向你出示此配对码的人加入（管理员）',
    arguments: { code: '新人向你出示的配对码', role: '默认为 `member`，即成员' },
    form: '/pair 需要新人向你出示的配对码，还可以指定角色：`/pair BCDF-GHJK guest`。',
    onlyAdmins: '只有管理员可以让人加入。',
    roles: `可用的角色：${roles.map((role) => `\`${role}\`（${named[role]}）`).join('、')}。`,
    tooHigh: '你只能授予低于自己的角色。',
  },
  unpair: {
    usage: 'ID',
    summary: '收回 /pair 授予的角色（管理员）',
    arguments: { id: '已配对者的 `<adapter>:<user id>`' },
    form: '/unpair 需要已配对的人的 ID：`/unpair <adapter>:<user id>`。',
    never: (id) => `\`${id}\` 没有配对过。列在配置 \`access\` 中的人需要在配置里移除。`,
    done: (id) => `\`${id}\` 不再拥有通过配对获得的角色。`,
  },
  dead: {
    usage: '[retry 编号 | drop 编号]',
    summary: '列出已放弃的消息，并可重试其中一条（管理员）',
    arguments: { deed: '重试或丢弃', number: '列表中的编号' },
    form: '/dead 显示列表；`/dead retry 2` 重试第二条，`/dead drop 2` 丢弃它。',
    onlyAdmins: '只有管理员可以处理已放弃的消息。',
    empty: '最近 30 天没有放弃过消息。',
    none: '没有这个编号的消息。用 /dead 查看列表。',
    heading: '**已放弃的消息**，因为处理它们的进程每次都中止了：',
    line: (who, when, died) => `${who}，${when}，尝试了 ${died} 次`,
    hint: '`/dead retry 1` 在原会话中重试第一条；`/dead drop 1` 丢弃它。',
    retried: '正在重试，会在原来提问的地方回答。',
    dropped: '已丢弃。',
  },
}
