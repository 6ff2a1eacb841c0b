import type { Amount, Standing } from '../../budgets/standing.ts'
import type { Words } from '../en.ts'
import { format } from './format.ts'

const { dollars, sum, number, percent, day } = format

const whose = { user: '你', role: '你所属角色', channel: '这个聊天', total: '整个机器人' }
const theirs = { user: '该用户', role: '该用户所属角色', channel: '该用户所在聊天', total: '整个机器人' }
const spans = { day: '今天', month: '本月' }
const budgetFor = { day: '今日预算', month: '本月预算' }
const appealed = {
  asked: '已请管理员追加，结果会在这里告知你。',
  declined: '已请管理员追加，但被拒绝。',
  nobody: '',
}

function figures({ used, limit: { usd, tokens } }: Standing): string {
  const money = usd === undefined ? [] : [`${dollars(used.usd)} / ${dollars(usd)}`]
  const counted = tokens === undefined ? [] : [`${number(used.tokens)} / ${number(tokens)} token`]
  return [...money, ...counted].join('，')
}

function granted(
  by: string,
  { account, period, configured }: Standing,
  { usd = 0, tokens = 0 }: Amount,
): string {
  const money = configured.usd === undefined ? [] : [dollars(usd)]
  const counted = configured.tokens === undefined ? [] : [`${number(tokens)} token`]
  return `${by} 为${whose[account.kind]}的${budgetFor[period.span]}追加了 ${format.list([...money, ...counted])}。`
}

/** What a choice gives. */
function sumIn({ configured }: Standing, { usd = 0, tokens = 0 }: Amount): string {
  const money = configured.usd === undefined ? [] : [sum(usd)]
  const counted = configured.tokens === undefined ? [] : [`${number(tokens)} token`]
  return format.list([...money, ...counted])
}

export const budgets: Words['budgets'] = {
  none: '没有为你设置预算或限制。',
  usedUp: (standing, told, grant) =>
    `${whose[standing.account.kind]}的${budgetFor[standing.period.span]}已用完：${figures(standing)}。将于 ${day(standing.period.next)} 00:00 UTC 重新计算。你的消息没有发给 Claude。${appealed[told]}管理员可以追加额度：\`${grant}\`。`,
  cutShort: (standing) =>
    `${whose[standing.account.kind]}的${budgetFor[standing.period.span]}已用完：${figures(standing)}。Claude 到此为止。将于 ${day(standing.period.next)} 00:00 UTC 重新计算。`,
  endedOwn: (standing) =>
    `*${whose[standing.account.kind]}的${budgetFor[standing.period.span]}已用完：${figures(standing)}。Claude 在后台为你进行的工作已中止。*`,
  warning: (standing) =>
    `${whose[standing.account.kind]}的${budgetFor[standing.period.span]}${standing.share < 1 ? '即将用完' : '已用完'}：${figures(standing)}，已用 ${percent(standing.share)}。将于 ${day(standing.period.next)} 00:00 UTC 重新计算${standing.share < 1 ? '' : '；在此之前，除非管理员追加额度，你的消息不会发给 Claude'}。用 \`/limits\` 查看详情。`,
  tooFast: (perMinute, waitMs) =>
    `你每分钟最多可以开始 ${perMinute} 轮。你的消息没有发给 Claude；请在 ${Math.ceil(waitMs / 1000)} 秒后重新发送。`,
  perMinute: (turns) => `你每分钟可以开始的轮数：${turns}。`,
  atATime: (turns) => `你可以同时运行的轮数：${turns}。`,
  columns: { span: '周期', used: '已用', next: '重新计算（UTC）' },
  row: (standing) => [
    `${whose[standing.account.kind]}的预算`,
    spans[standing.period.span],
    figures(standing),
    percent(standing.share),
    day(standing.period.next),
  ],
  appeal: (person) => `为 ${person} 追加预算？`,
  refused: (person, over) =>
    `\`${person}\` 的一条消息被拒绝：\n\n${over
      .map(
        (each) => `- ${theirs[each.account.kind]}的${budgetFor[each.period.span]}已用完：${figures(each)}。`,
      )
      .join('\n')}`,
  gives: (all) =>
    all
      .map(({ standing, given }) => `+ ${sumIn(standing, given)}（${spans[standing.period.span]}）`)
      .join('，'),
  byGrant: '已用 /grant 追加',
  decline: '不追加',
  byCommand: (lines) => `追加额度：${lines.map((line) => `\`${line}\``).join('、')}。`,
  declined: (by) => `${by} 拒绝追加额度。`,
  granted: (by, all) =>
    all.length === 0
      ? `${by} 追加了额度；预算此间已重新计算。`
      : all.map(({ standing, given }) => granted(by, standing, given)).join(''),
  sendAgain: '你的消息可以重新发送。',
}
