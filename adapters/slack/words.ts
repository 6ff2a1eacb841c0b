/** What the adapter itself says in chats. */

export interface Words {
  /** Stands behind the bot's name. */
  readonly thinking: string
  readonly submit: string
  readonly cancel: string
  readonly ownText: string
  readonly modalTitle: string
  readonly modalLabel: string
  readonly notKept: string
  /** Slack's own Stop button was pressed by somebody who may not. */
  readonly notYours: string
  readonly aboutTitle: string
  readonly aboutLabel: string
  readonly nothingToQuote: string
  /** Of a channel that the bot is no member of. Slack's own markup, as both are. */
  readonly notMember: (channel: string, bot: string) => string
  /** Stands before a file in somebody's direct chat. */
  readonly forYouAlone: string
  /** What may be asked, to begin with. */
  readonly suggestions: readonly [string, string, string]
}

const en: Words = {
  thinking: 'is thinking …',
  submit: 'Send',
  cancel: 'Cancel',
  ownText: 'Answer in own words …',
  modalTitle: 'Your words',
  modalLabel: 'What should Claude know?',
  notKept: 'This could not be kept. Please send it again.',
  notYours: 'Only whoever asked, or an operator of the bot, can stop this. It goes on.',
  aboutTitle: 'Ask about this',
  aboutLabel: 'What do you want to know?',
  nothingToQuote: 'This message has no words that Claude could be shown.',
  notMember: (channel, bot) =>
    `I am not in ${channel}, so this comes here. To have me answer there, write \`/invite @${bot}\` in it.`,
  forYouAlone: 'For your eyes alone:',
  suggestions: ['What can you do here?', 'What did we talk about last time?', '/help'],
}

const zh: Words = {
  thinking: '正在思考…',
  submit: '发送',
  cancel: '取消',
  ownText: '自己写回答…',
  modalTitle: '你的话',
  modalLabel: '想让 Claude 知道什么？',
  notKept: '没能保存下来，请再发送一次。',
  notYours: '只有提问的人或机器人的操作员可以停止，任务仍在继续。',
  aboutTitle: '就此提问',
  aboutLabel: '你想知道什么？',
  nothingToQuote: '这条消息里没有可以给 Claude 看的文字。',
  notMember: (channel, bot) =>
    `我不在 ${channel} 里，所以回复在这里。想让我在那里回答，请在里面输入 \`/invite @${bot}\`。`,
  forYouAlone: '仅供你查看：',
  suggestions: ['你在这里能做什么？', '我们上次聊了什么？', '/help'],
}

/** `language` as in a reply; absent, or one that is not here: English. */
export function wordsIn(language: string | undefined): Words {
  return language === 'zh' ? zh : en
}

/** Of a locale such as `zh-CN`. */
export function languageIn(locale: string | undefined): string | undefined {
  return locale?.split('-')[0]?.toLowerCase()
}
