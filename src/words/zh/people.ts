import type { Words } from '../en.ts'

export const people: Words['people'] = {
  roles: { guest: '访客', member: '成员', operator: '操作员', admin: '管理员', owner: '所有者' },
  rights: {
    talk: '与 Claude 对话',
    'decide-own': '决定 Claude 在自己发起的对话中可以做什么',
    'decide-for-others': '替他人做决定',
    'stop-others': '停止他人的运行',
    operate: '查看整个机器人的状态',
    'grant-money': '追加预算',
    'manage-people': '让人加入',
    'manage-admins': '任命管理员',
  },
}
