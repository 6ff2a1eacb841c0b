import type { Words } from '../en.ts'

export const background: Words['background'] = {
  cutOff: '*Claude 在后台自行进行的工作已中止，没来得及告诉你结果。可以让它检查一下。*',
  cutOffTasks: (tasks) =>
    `*Claude 的进程已结束，仍在后台运行的任务也随之中止，没来得及告诉你结果：${tasks}。可以让 Claude 检查一下，或重新开始。*`,
}
