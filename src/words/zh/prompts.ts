import type { Words } from '../en.ts'
import { format } from './format.ts'

export const prompts: Words['prompts'] = {
  withdrawn: '已不再需要',
  expired: '已过期',
  reminder: (title, until) => `仍在等待你的答复，截止 ${format.moment(until)}：**${title}**。逾期视为拒绝。`,
  one: '请回复序号。',
  several: '请回复一个或多个序号。',
  ownText: '也可以直接写下你的回答。',
  mistyped: (given, title, count) =>
    `\`${given}\` 不是对 **${title}** 的答复，也没有转给 Claude。请输入 1 到 ${count} 的序号，或序号后的完整文字。`,
  lastPart: (title, of) => `（第 ${of}/${of} 部分，开头在上面）${title}`,
  withWords: (number) => `补充说明写在序号后面：\`${number} 因为……\``,
}
