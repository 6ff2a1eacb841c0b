import type { ClaudeErrorCode } from '../../claude/turn.ts'
import type { Words } from '../en.ts'

const texts: Readonly<Record<ClaudeErrorCode, string>> = {
  'not-found': '找不到 Claude CLI。',
  'too-old': 'Claude CLI 的版本过旧。',
  'not-logged-in':
    '此服务器上的 Claude 尚未登录。请机器人的操作员设置 ANTHROPIC_API_KEY，或由 `claude setup-token` 得到的 CLAUDE_CODE_OAUTH_TOKEN，然后重新启动。',
  'unknown-session': 'Claude 已没有这个会话。用 /new 开始新会话。',
  'session-in-use': '这个会话已经存在，需要恢复它。',
  interrupted: '已停止。',
  'max-turns': 'Claude 用完了一次回答允许的步数。回复“继续”可以让它接着做。',
  'max-budget': '这个会话的预算已用完。用 /new 开始新会话。',
  'api-auth': 'Claude 的 API 拒绝了登录。请机器人的操作员检查密钥或令牌，以及模型名称。',
  'api-limit': 'Claude 账号已达上限。请稍后再试。',
  'api-overloaded': 'Claude 的 API 过载，多次尝试后仍无响应。请几分钟后再试。',
  'api-error': 'Claude 的 API 出错。请再试一次；如果一直如此，操作员可在日志中查看详情。',
  died: 'Claude CLI 在回答途中退出。请重新发送消息：此前的对话已保留。',
  silent: 'Claude 长时间没有响应，已被停止。请重新发送消息：此前的对话已保留。',
  timeout: '回答超过允许的时间，已被停止。请一次少问一些，或回复“继续”。',
  protocol: 'Claude CLI 的输出无法理解，已被停止。请重新发送消息。',
  config: 'Claude CLI 拒绝了启动方式。请机器人的操作员检查配置中的 `claude` 部分。',
  'no-project': '这个项目已不存在。`/projects` 列出全部项目；用 `/cd .` 回到你的工作区。',
  'no-folder': '你的工作区中没有这个文件夹。用 `/cd .` 回到工作区本身。',
  'outside-folder': '这个文件夹在你的工作区之外，不对你开放。',
  'no-workspace':
    '你的工作区不在原来的位置，那里被换成了别的内容。其中的任何内容都不会被打开，请让运行机器人的人把它放回原处。',
  empty: 'Claude 两次都没有给出回答。请换个说法，或用 /retry；如果仍无回答，可用 /new 开始新会话。',
  execution: 'Claude 因错误而停止。请再试一次。',
  'over-budget': '预算已用完。',
}

export const faults: Words['faults'] = {
  told: ({ code, message, detail = '' }) => {
    // It is said in the asker's language already.
    if (code === 'over-budget') return message
    return detail === '' ? texts[code] : `${texts[code]}（${detail}）`
  },
}
