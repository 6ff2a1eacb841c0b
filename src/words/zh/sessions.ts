import type { Words } from '../en.ts'

export const sessions: Words['sessions'] = {
  title: (number, name) => (name === undefined ? `会话 ${number}` : `会话 ${number}（\`${name}\`）`),
  digits: '名称不能全是数字：数字是 `/sessions` 中的编号。',
  form: '名称最多 40 个字符，可用文字、数字、空格、`-`、`_` 和 `.`，例如 `/rename 发布说明`。',
  taken: (name) => `已有名为 \`${name}\` 的会话，请换一个名称。`,
  none: (wanted) => `没有会话 \`${wanted}\`。用 \`/sessions all\` 查看全部会话。`,
  several: (names) => `符合的会话不止一个：${names.map((name) => `\`${name}\``).join('、')}。`,
}
