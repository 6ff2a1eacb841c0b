import type { Words } from '../en.ts'

export const ending: Words['ending'] = {
  givenUp: (deaths) =>
    `这条消息已放弃处理：处理它的进程意外退出了 ${deaths} 次。可以重新发送再试，最好拆成更小的步骤；原因记录在日志中，可请操作员查看。`,
  barred: '你已不能再在这里与我对话，因此这条消息没有执行。',
  stopped: '已停止。',
  empty: 'Claude 结束了本轮，没有给出任何内容。',
}
