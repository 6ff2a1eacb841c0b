import type { Words } from '../en.ts'
import { format } from './format.ts'

const states = { none: '', works: '正在运行', waits: '在等待空位', decides: '在等待决定' }

export const page: Words['page'] = {
  stranger: '你还没有获准使用。直接给我发消息，我会告诉你怎么做。',
  running: '正在运行',
  nothing: '你没有正在运行的内容。',
  turn: (state, ms) => `${states[state]}，已 ${format.duration(ms)}`,
  stop: '停止',
  sessions: '私聊中的会话',
  none: '还没有会话：发送第一条消息就会开始一个会话。',
  session: (number, name) => (name === '' ? `会话 ${number}` : `${number}. ${name}`),
  told: (count, at) => `共 ${format.number(count)} 轮，上次使用 ${format.moment(at)}`,
  here: '当前会话',
  resume: '恢复',
  fresh: '新会话',
  more: (count) => `还有 ${format.number(count)} 个：/sessions all`,
  usage: '你的用量',
  today: '今天（UTC）',
  month: '最近 30 天',
  used: (count, input, output, usd) =>
    `${format.number(count)} 轮，输入 ${format.number(input)} token，输出 ${format.number(output)} token，${format.dollars(usd)}`,
}
