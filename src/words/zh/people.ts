import type { Words } from '../en.ts'
import { format } from './format.ts'

export const roles: Words['people']['roles'] = {
  guest: '访客',
  member: '成员',
  operator: '操作员',
  admin: '管理员',
  owner: '所有者',
}

export const people: Words['people'] = {
  roles,
  rights: {
    talk: '与 Claude 对话',
    'decide-own': '决定 Claude 在自己发起的对话中可以做什么',
    'change-shared': '更改共享聊天的会话（`/new`、`/model`、`/undo` 等）',
    'decide-for-others': '替他人做决定',
    'stop-others': '停止他人的运行',
    operate: '查看整个机器人的状态',
    'grant-money': '追加预算',
    'manage-people': '让人加入',
    'manage-bot': '更改机器人的设置，停止机器人',
    'join-others': '在他人的会话中发言',
    'manage-admins': '任命管理员',
  },
  pairing: {
    closed: (id) => `我还不能与你对话。请让机器人的操作员把 \`${id}\` 加入 \`access.allow\`。`,
    code: (code) =>
      `我们还不认识。你的配对码是 **${code}**。请把它交给管理员，由管理员输入 \`/pair ${code}\`；一小时内有效。`,
    crowded: '我们还不认识，而且等待加入的人太多。请一小时后再来。',
    welcome: '你已获准加入：把想让 Claude 做的事发给我吧。用 `/help` 查看我会什么。',
    unknown: '没有这个配对码，或者它已过期或已被使用。新人给我发消息时会看到自己的配对码。',
    exhausted: '输错配对码的次数太多：一小时内不再接受你输入的配对码。',
    denied: (who) =>
      `${who} 在 \`access.deny\` 名单中，它优先于任何角色：没有让任何人加入。请先将其移出名单；对方再次给我发消息时会看到新的配对码。`,
    paired: (who, role) => `${who} 现在可以作为${roles[role]}与我对话。用 \`/unpair\` 可以收回。`,
  },
  linking: {
    made: (code) =>
      `你的关联码是 **${code}**。请用你的另一个账号在私聊中给我发 \`/link ${code}\`；10 分钟内有效。不要给任何人：它只供你自己使用。`,
    entered: (maker, code) =>
      `这个关联码由 ${maker} 生成。**那是你吗？** 如果是，请在 10 分钟内到那边发送 \`/link ${code}\`。如果不是，什么都不要做，也不要把关联码转给别人：与你关联的人会拥有你的权限，能看到你的对话并操作你的文件。`,
    warned: (holder) =>
      `${holder} 输入了你的关联码。**那是你吗？** 如果是，请在这里输入那边显示的内容：\`/link …\`。如果不是，什么都不用做：这个关联码已作废。`,
    linked: (other) =>
      `已与 ${other} 关联：两边共用一个会话、一个工作区，权限相同。用 \`/unlink\` 可以解除关联。`,
    told: (other) =>
      `${other} 现在与你关联：两边共用一个会话、一个工作区，权限相同。如果不是你本人操作，请立即发送 \`/unlink\`。`,
    kept: '两边原来各有一个会话：较早的继续使用，另一个及其文件可在 `/sessions` 中找到。',
    same: '这些账号已经关联。',
    unknown: '没有这个关联码，或者它已过期或已被使用。用 `/link` 可以生成新的关联码。',
    exhausted: '输错关联码的次数太多：一小时内不再接受你输入的关联码。',
    parted: (id) => `\`${id}\` 已解除关联，恢复为它原有的会话和文件。`,
  },
  loop: {
    silent: (silence) =>
      `我们互相回复得太快，我认为你是一个程序。我将在这里静默 ${format.duration(silence)}。如果你不是程序，请在那之后再发消息。`,
    told: (who, channel, replies, silence) =>
      `${who} 在 \`${channel}\` 中连续得到 ${replies} 次回复，速度超过常人。我将在那里对其静默 ${format.duration(silence)}：可能是两个机器人相遇了。用 \`access.deny\` 可以彻底制止。`,
  },
}
