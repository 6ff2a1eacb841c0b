import type { Configured } from '../../../budgets/standing.ts'
import type { Words } from '../../en.ts'
import type { records as english } from '../../en/commands/records.ts'
import { format } from '../format.ts'

const states = {
  works: '有一轮正在运行',
  waits: '有一轮在等待空位',
  decides: '有一轮在等待决定',
}

const spans = { day: '今天', month: '本月' }

function budget({ who, span, amount: { usd, tokens } }: Configured): string {
  const money = usd === undefined ? [] : [format.sum(usd)]
  const counted = tokens === undefined ? [] : [`${format.number(tokens)} token`]
  return `- \`${who}\` ${spans[span]}：${format.list([...money, ...counted])}`
}

export const records: Pick<Words['commands'], keyof typeof english> = {
  help: {
    usage: '[命令]',
    summary: '显示本帮助，或某个命令的详细说明',
    arguments: { command: '命令名称' },
    text: '不是命令的内容都会发给 Claude。',
    claudes: (names) => `Claude 自带的命令：${names}。用 \`/help <命令>\` 查看详细说明。`,
    unknown: (name) => `没有命令 \`/${name}\`。用 \`/help\` 查看全部命令。`,
    among: (choices) => `（${choices}）`,
    optional: '；可省略',
  },
  status: {
    usage: '',
    summary: '查看会话，以及正在运行和排队的内容',
    none: '还没有会话：发送第一条消息就会开始一个会话。',
    session: (id, count, at) =>
      `会话 \`${id}\`，共 ${format.number(count)} 轮，上次使用 ${format.moment(at)}。`,
    settings: (model, mode) => `模型：${model ?? '默认'}。权限模式：${mode}。`,
    here: (state, behind) =>
      state === 'none'
        ? '当前对话：没有正在运行或等待的内容。'
        : `当前对话：${states[state]}；后面有 ${behind} 条消息在排队。`,
    whole: (turns, waiting, undelivered) =>
      `整个机器人：${turns.works} 轮正在运行，${turns.waits} 轮在等待空位，${turns.decides} 轮在等待决定；${waiting} 条消息在排队；${undelivered} 条回复正在发送。`,
  },
  history: {
    usage: '[数量]',
    summary: '显示这个对话最近的消息（默认 10 条，最多 100 条）',
    arguments: { number: '1 到 100' },
    form: (most, given) =>
      `/history 的参数是 1 到 ${most} 的数字，例如 \`/history 20\`，不能是 \`${given}\`。`,
    nothing: '还没有任何消息。',
    you: '你',
  },
  export: {
    usage: '[markdown | json] [all]',
    summary: '导出这个会话的全部内容；加 `all` 导出这里的所有会话',
    arguments: { form: '默认为 markdown', which: '这里的所有会话' },
    form: (given) => `/export 的参数可以是 \`markdown\`、\`json\` 和 \`all\`，不能是 \`${given}\`。`,
    done: (file) => `对话内容已导出到 \`${file}\`。`,
  },
  cost: {
    usage: '',
    summary: '查看你的用量：当前会话、今天、最近 30 天',
    session: (count, usd) => `当前会话：${format.number(count)} 轮，${format.dollars(usd)}。`,
    columns: { turns: '轮数', input: '输入 token', output: '输出 token', cost: '费用' },
    today: '你，今天（UTC）',
    month: '你，最近 30 天',
    estimated: (count) => `其中 ${count} 轮在报告费用之前就已结束：其费用为估算值。`,
  },
  limits: { usage: '', summary: '查看你的预算和限制，以及剩余额度' },
  grant: {
    usage: '<对象> <数额> [month]',
    summary: '为今天或本月的预算追加额度（管理员）',
    arguments: {
      who: '`<adapter>:<user id>`、`role:<role>`、`here` 或 `all`',
      amount: '`$5` 表示美元，`200000` 表示 token',
      span: '本月有效；不写则当天有效',
    },
    onlyAdmins: '只有管理员可以追加预算。',
    form: '/grant 需要对象和数额，还可以加 `month`：`/grant slack:U012 $5`、`/grant here 200000 month`。对象可以是 `<adapter>:<user id>`、`role:<role>`、`here`（当前聊天）或 `all`；`$5` 表示美元，`200000` 表示 token。',
    noBudget: (who, { usd }, span, all) =>
      `\`${who}\` ${spans[span]}没有以${usd > 0 ? '美元' : ' token '}计的预算，因此无法追加。${all.length === 0 ? '没有设置任何预算。' : `已设置的预算：\n\n${all.map(budget).join('\n')}`}`,
    done: (who, given, span) =>
      `已为 \`${who}\` 追加 ${given.usd > 0 ? format.dollars(given.usd) : `${format.number(given.tokens)} token`}，${spans[span]}有效（UTC）。被拒绝的消息可以重新发送。`,
  },
}
