import type { Words } from '../en.ts'

export const away: Words['away'] = {
  arrived: (count) => `我离线期间收到了 ${count} 条消息，时间较久，没有自动执行：`,
  more: (count) => `另有 ${count} 条`,
  file: '（仅有文件）',
  drained: '我即将重启。你的消息已保留，重启后会得到回答。',
}
