import type { Words } from '../en.ts'

export const passedOn: Words['passedOn'] = {
  ofServer: (server) => `MCP 服务器 \`${server}\` 的命令`,
  arguments: '参数',
  takesNone: (name) => `/${name} 没有参数。`,
  tooLong: (name, most) => `/${name} 的参数最多 ${most} 个字符。`,
  done: (name) => `\`/${name}\` 已完成。`,
}
