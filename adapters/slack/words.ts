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
  readonly aboutTitle: string
  readonly aboutLabel: string
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
  aboutTitle: 'Ask about this',
  aboutLabel: 'What do you want to know?',
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
  aboutTitle: '就此提问',
  aboutLabel: '你想知道什么？',
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
