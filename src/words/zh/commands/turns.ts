import { efforts, permissionModes } from '../../../claude/turn.ts'
import type { Words } from '../../en.ts'
import type { turns as english } from '../../en/commands/turns.ts'

export const turns: Pick<Words['commands'], keyof typeof english> = {
  stop: {
    usage: '[all]',
    summary: '停止正在运行的一轮；加 `all` 同时撤回排队的消息',
    arguments: { which: '同时撤回排队的消息' },
    form: (given) => `/stop 的参数只能是 \`all\` 或留空，不能是 \`${given}\`。`,
    stopping: '正在停止。',
    nothing: '当前没有正在运行的内容。',
    withdrawn: (count) => `已撤回 ${count} 条消息。`,
    waiting: (count) => `还有 ${count} 条消息在排队；用 \`/stop all\` 可全部撤回。`,
    notYours: '这一轮是其他人发起的：只有本人、操作员或管理员可以停止。',
  },
  queue: {
    usage: '[drop 序号 | steer | queue | interrupt | always 方式]',
    summary:
      '查看排队的消息；`drop` 撤回一条，`steer` 把你的消息并入正在运行的一轮，`interrupt` 为它中断这一轮，`always` 记住选择',
    arguments: {
      action: '撤回一条，决定你的消息怎么处理，或记住选择',
      which: '`drop` 后为序号；`always` 后为 `steer`、`queue`、`interrupt` 或 `default`',
    },
    empty: '没有排队的消息。',
    running: 'Claude 正在处理：',
    placeless: '正在等待空位：',
    waiting: '按顺序排队：',
    hint: '用 `/queue drop 1` 撤回第一条，用 `/stop all` 全部撤回。',
    form: (given) =>
      `/queue 的参数可以留空；或为 \`drop\` 加序号，如 \`/queue drop 1\`；或为 \`steer\`、\`queue\`、\`interrupt\`；或为 \`always\` 加其中之一或 \`default\`；不能是 \`${given}\`。`,
    idle: '你没有可以并入或中断正在运行的一轮的消息。',
    directed: {
      steer: (count) => `${count} 条消息已并入正在运行的一轮。`,
      queue: (count) => `${count} 条消息继续排队。`,
      interrupt: (count) => `正在运行的一轮会为你的 ${count} 条消息结束。`,
    },
    always: {
      steer: '以后你在 Claude 工作时发的消息都会并入正在运行的一轮。',
      queue: '以后你在 Claude 工作时发的消息都会排队。',
      interrupt: '以后你在 Claude 工作时发的消息都会中断正在运行的一轮。',
      default: '你在 Claude 工作时发的消息重新按配置处理。',
    },
    noNumber: (number, waiting) =>
      `没有第 ${number} 条：${waiting === 0 ? '没有排队的消息' : `共有 ${waiting} 条在排队`}。`,
    notYours: '这条消息是其他人的：只有本人、操作员或管理员可以撤回。',
    begun: '这条消息刚刚开始处理：可用 `/stop` 停止。',
    dropped: (number) => `第 ${number} 条已撤回。`,
  },
  btw: {
    usage: '<问题>',
    summary: '顺便问一句，不打扰正在运行的一轮；Claude 不会记住',
    arguments: { question: '你想知道的事' },
  },
  retry: {
    usage: '',
    summary: '把你的上一条消息重新发给 Claude',
    nothing: '没有可以重新发送的消息。',
  },
  undo: {
    usage: '[yes]',
    summary: '把文件恢复到上一轮之前；会先显示将有哪些改动',
    arguments: { go: '确认执行' },
    nothing: '这个会话中没有可以撤销的一轮。',
    unchanged: '你的上一轮没有改动可以恢复的文件。',
    form: '/undo 的参数只能是 `yes` 或留空：留空时会先显示将有哪些改动。',
    lines: (come, go) => `恢复 ${come} 行，去掉 ${go} 行。`,
    preview: (changes) =>
      `撤销你的上一轮会恢复：\n\n${changes}\n\n用 \`/undo yes\` 确认。对话内容会保留；命令对文件的改动无法得知，也会保留。`,
    done: (changes) => `已恢复到你的上一轮之前：\n\n${changes}`,
  },
  model: {
    usage: '[名称 | default]',
    summary: '查看或设置模型，从下一条消息起生效',
    arguments: { name: 'Claude 的模型名称，或 `default`' },
    standard: '你的 Claude 账号的默认模型',
    now: (model) => `模型：${model}。用 \`/model opus\` 更改，用 \`/model default\` 恢复默认。`,
    form: '模型名称是一个词，例如 `/model sonnet` 或 `/model claude-opus-4-1`。',
    back: (standard) => `已恢复为${standard}。`,
    changed: (model) => `模型：\`${model}\`，从你的下一条消息起生效。如果没有这个模型，届时会告诉你。`,
  },
  mode: {
    usage: `[${permissionModes.join(' | ')}]`,
    summary: '查看或设置 Claude 无需询问即可做的事',
    arguments: { mode: '无需询问即可做的事' },
    now: (mode) => `权限模式：${mode}。`,
    unknown: (given, modes) => `没有模式 \`${given}\`。可用的模式：${modes.join('、')}。`,
    closed: '这里不能使用 `bypassPermissions`：只有操作员可以在配置中通过 `claude.permissionMode` 开启。',
    changed: (mode) => `权限模式：${mode}，从你的下一条消息起生效。`,
  },
  effort: {
    usage: `[${[...efforts, 'default'].join(' | ')}]`,
    summary: '查看或设置 Claude 的思考强度',
    arguments: { level: '从 low 到 max' },
    standard: '模型的默认值',
    now: (effort) => `思考强度：${effort}。`,
    unknown: (given, levels) => `没有思考强度 \`${given}\`。可选：${levels.join('、')}。`,
    changed: (effort) => `思考强度：${effort}，从你的下一条消息起生效。`,
  },
  tools: {
    usage: '',
    summary: '查看 Claude 在这个会话中可用的工具',
    unknown: 'Claude 会在第一次回答时告知可用的工具：请在那之后再查看。',
    own: (tools) => `工具：${tools}。`,
    of: (server, tools) => `${server} 的工具：${tools}。`,
    allowed: (tools) => `无需询问即可使用：${tools}。`,
    asked: (tools) => `每次都要询问：${tools}。`,
    never: (tools) => `禁止使用：${tools}。`,
  },
  why: {
    usage: '[retry]',
    summary: '说明这个对话在等待什么，以及你可以怎么做',
    arguments: { mend: '立即重发未能发送的回复' },
    form: '/why 的参数只能是 `retry` 或留空。',
    nothing: '这里没有在等待的内容：你发送的消息都已有答复。',
    yours: '你的消息',
    // With a blank, for what stands before it is Chinese.
    theirs: (name) => ` \`${name}\` 的消息`,
    place: (whose) => `同时运行的轮数已达上限：${whose.trimStart()}正在等待空位。`,
    starting: (whose) => `Claude 尚未开始回答${whose}。`,
    approval: (whose) => `Claude 就${whose}提出了询问，正在等待有人做决定。`,
    status: (whose, status) => `Claude 正在处理${whose}：${status}。`,
    tool: (whose, tool) => `Claude 正在处理${whose}，所用的 ${tool} 尚未结束。`,
    writing: (whose) => `Claude 正在处理${whose}。`,
    ends: '用 `/stop` 可以停止这一轮。',
    anew: '如果都无效，可用 `/new` 开始新会话。',
    waiting: (own, others) => {
      const parts = [
        ...(own === 0 ? [] : [`你的 ${own} 条消息`]),
        ...(others === 0 ? [] : [`其他人的 ${others} 条消息`]),
      ]
      return `后面还有${parts.join('和')}在排队；用 \`/queue\` 可以查看。`
    },
    undelivered: (count) =>
      `这个对话有 ${count} 条回复尚未发出：聊天平台拒绝或无法连接，系统会自动重试。用 \`/why retry\` 可以立即重试。`,
    retried: '正在重试。',
  },
}
