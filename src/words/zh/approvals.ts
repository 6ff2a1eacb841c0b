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
  plan: 'Claude 提出了一个计划',
  noPlan: 'Claude 请求退出计划模式并开始执行。',
  approve: '批准',
  keep: '继续计划',
  feedback: '继续计划并提出意见',
  question: (number, of, question) => `（${number}/${of}）${question}`,
}
