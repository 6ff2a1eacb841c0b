import type { Words } from '../en.ts'

export const remote: Words['remote'] = {
  lost: (url) => `与 ${url} 的连接已断开，正在重试`,
  unknown: '机器人已收下的消息仍会得到回答：请稍后查看此会话。',
  decidedMeanwhile: '此事已有决定。',
}
