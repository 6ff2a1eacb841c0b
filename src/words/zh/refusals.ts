import type { Words } from '../en.ts'

export const refusals: Words['refusals'] = {
  notYours: '只有向 Claude 提出请求的人、操作员或管理员才能决定。',
  guest: '你在这里是访客，需要由操作员或管理员替你决定。',
  shared: '你在这里是访客：更改与他人共享的会话需要成员身份。直接写给 Claude 即可。',
  looser: (configured) => `你在这里是访客：不能使用比 \`${configured}\` 更少询问的模式。`,
  second: '这需要请求人以外的人来批准：请操作员或管理员批准。',
  late: '这件事已有结果，或者 Claude 已不再等待答复。',
}
