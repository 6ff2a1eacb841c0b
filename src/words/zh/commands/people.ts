import type { Words } from '../../en.ts'

export const people: Pick<Words['commands'], 'lang'> = {
  lang: {
    usage: '[en | zh]',
    summary: '查看或设置机器人与你交流所用的语言',
    arguments: { language: '`en` English，`zh` 简体中文' },
    unknown: (given) => `不支持语言 \`${given}\`。\`/lang en\`：English；\`/lang zh\`：简体中文。`,
    now: '当前使用简体中文。`/lang en`：English。',
    changed: '已切换为简体中文，你的所有账号都会生效。Claude 会用你书写的语言回答。',
  },
}
