import type { Words } from '../en.ts'

export const midTurn: Words['midTurn'] = {
  language: 'zh',
  title: '上一条消息还没处理完',
  waits: (messages) => `正在排队：\n\n${messages}`,
  onItsWay: (messages) => `即将并入正在运行的一轮：\n\n${messages}`,
  steered: '已并入正在运行的一轮。',
  corrected: '已把你的修改告诉 Claude。',
  behindOwn: 'Claude 正在处理你在另一个聊天中的消息，这条消息正在排队。',
  behindOthers: 'Claude 正在这里处理其他人的消息，你的消息正在排队。',
  typed:
    '上一条消息还没处理完，这条消息正在排队。用 `/queue steer` 并入正在运行的一轮，用 `/queue interrupt` 中断这一轮并改为处理它，用 `/queue always steer` 以后都这样做。',
  typedCommand:
    '上一条消息还没处理完，这个命令正在排队。用 `/queue interrupt` 可以中断正在运行的一轮并改为执行它。',
  stuck: '没有消息并入正在运行的一轮：排在前面的是一个命令或其他人的消息，要先等它单独处理。',
  parked: 'Claude 正在等待一个决定：请先答复它的询问，或用 `/stop` 停止那一轮。之后才会处理你的消息。',
  parkedForShare: '这里更早的一条消息正在等待：它的发送者同时运行的轮数已达上限。之后才会处理你的消息。',
  settled: { read: 'Claude 已收到', over: '这一轮已结束' },
  modes: { steer: '并入', queue: '排队', interrupt: '中断' },
  always: { steer: '总是并入', queue: '总是排队', interrupt: '总是中断' },
  means: {
    steer: 'Claude 会在正在运行的一轮中读到它。',
    queue: '它会等到自己的一轮。',
    interrupt: '正在运行的一轮会为它结束。',
  },
  moved: (chat) => `已转到你在 \`${chat}\` 上的聊天中继续。`,
  amended: '已更新：排队的消息以你修改后的内容为准。',
  withdrawn: '已撤回：消息在处理之前被删除。',
  rerun: {
    title: '你修改了一条已经回答过的消息',
    offer: (text) => `现在的内容是：\n\n${text}`,
    again: '重新运行',
    leave: '保持不变',
    typed:
      '这条消息已经回答过，你的修改不会改变什么。想按新的内容得到回答，请重新发送；`/retry` 会重新发送你的上一条消息。',
  },
}
