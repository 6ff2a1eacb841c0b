import type { Words } from '../en.ts'
import { format } from './format.ts'

export const housekeeping: Words['housekeeping'] = {
  tooLarge: (bytes, quota) =>
    `你的工作区已占用 ${format.size(bytes)}，应保持在 ${format.size(quota)} 以内。可以让 Claude 找出并删除不再需要的内容。此提醒每天一次。`,
  putAway:
    '你之前的会话因长期未用已归档，所以这是一个新会话：用 `/sessions all` 可以看到它，用 `/resume` 可以继续。',
}
