import type { Words } from '../en.ts'

export const mend: Words['mend'] = {
  title: '要我怎么做？',
  about: (excerpt) => `关于 \`${excerpt}\`。`,
  unsent: '关于未能发送的回复。',
  choices: {
    show: '在下方重新询问',
    deny: '拒绝',
    stop: '停止这一轮',
    retry: '立即重发',
    new: '停止并开始新会话',
  },
  below: '已在下方重新询问',
}
