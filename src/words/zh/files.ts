import type { Words } from '../en.ts'
import { format } from './format.ts'

export const files: Words['files'] = {
  failed: '部分文件没有收到；Claude 会在没有它们的情况下继续：',
  damaged: '这些图片已损坏：Claude 收到了文件，但无法查看。可以的话请重新发送：',
  noDownload: '这个聊天无法提供文件',
  tooMany: (most) => (most === 0 ? '这里不接收文件' : `一条消息最多接收 ${most} 个文件`),
  tooLarge: (most) => `文件大于 ${format.size(most)}`,
  crowded: '收件箱中同名文件过多',
  lost: '无法获取或保存',
  noFiles: '这个聊天不接收文件',
  refused: '聊天平台拒绝了该文件',
  unsendable: '聊天平台拒绝了这条回复的所有形式。可用 `/export` 以文件获取对话内容。',
  inWords: (name, bytes, why) => `\`${name}\`（${format.size(bytes)}；${why}）`,
  beginning: (bytes, file) => `以上是开头部分。完整的回答（${format.size(bytes)}）在 ${file} 中。`,
}
