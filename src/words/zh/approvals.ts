import type { Words } from '../en.ts'

export const approvals: Words['approvals'] = {
  title: (tool) => `Claude 请求使用 ${tool}`,
  outside: (path) => `工作区之外：${path}`,
  once: '允许一次',
  session: '本会话内允许',
  always: '在此工作区始终允许',
  deny: '拒绝',
  why: '拒绝并说明原因',
  second: '请求人可以拒绝；批准则需要另一位有权替他人做决定的人。',
  others: (count) => `已在与我的私聊中询问 ${count} 位有权决定的人。`,
  nobody:
    '联系不到有权决定的人：还没有操作员或管理员与我私聊过。请他们中的一位先给我发消息，然后用 `/stop` 停止这一轮，再重新发送你的消息。',
  forOther: (who, platform) =>
    `${who} 在 \`${platform}\` 上与我的私聊中向 Claude 提出了这个请求，需要由你或其他操作员、管理员来决定。`,
  forOtherThere: (who, chat, platform) =>
    `${who} 在 \`${platform}\` 的聊天 \`${chat}\` 中向 Claude 提出了这个请求，那里还没有人答复，需要由你或其他操作员、管理员来决定。`,
  plan: 'Claude 提出了一个计划',
  noPlan: 'Claude 请求退出计划模式并开始执行。',
  approve: '批准',
  keep: '继续计划',
  feedback: '继续计划并提出意见',
  question: (number, of, question) => `（${number}/${of}）${question}`,
}
