import type { Words } from '../en.ts'
import { format } from './format.ts'

export const turns: Words['turns'] = {
  withdrawn: (excerpt) => `处理之前已撤回：${excerpt}`,
  leave: '不用了',
  offered: (count) => (count === 1 ? '现在运行你的消息吗？' : `现在运行你的 ${count} 条消息吗？`),
  runNow: '现在运行',
  onlyAuthor: '只有消息的作者可以运行它。',
  compacting: '正在总结之前的对话，腾出上下文空间',
  deciding: '正在等待批准',
  retrying: (status, inMs, attempt, of) => {
    const why = status === 529 ? 'API 过载' : `API 出错（${status ?? '无响应'}）`
    return `${why}，${format.duration(Math.ceil(inMs / 1000) * 1000)}后重试（第 ${attempt}/${of} 次）`
  },
  asideMark: '顺便一问',
  asideNothing: '请写下要问的内容，例如 `/btw 那是在哪个文件里？`',
  asideGivenUp: '这个问题已放弃处理：处理它的进程多次意外退出。',
}
