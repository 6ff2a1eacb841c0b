import type { Words } from '../en.ts'
import { format } from './format.ts'

export const housekeeping: Words['housekeeping'] = {
  tooLarge: (bytes, quota) =>
    `你的工作区已占用 ${format.size(bytes)}，应保持在 ${format.size(quota)} 以内。可以让 Claude 找出并删除不再需要的内容。此提醒每天一次。`,
  putAway:
    '你之前的会话因长期未用已归档，所以这是一个新会话：用 `/sessions all` 可以看到它，用 `/resume` 可以继续。',
  startedAnew:
    '找不到我们之前的会话了，所以这是一个新会话：Claude 不记得之前说过的内容。工作区中的文件仍在。',
  toldAgain: (messages) =>
    `找不到我们之前的会话了，所以这是一个新会话。Claude 已读到其中最后 ${messages} 条消息；更早的内容以及期间所做的事，它不记得了。工作区中的文件仍在。`,
}
