/** What the adapter itself says in chats. */

export interface Words {
  readonly ownText: string
  readonly modalTitle: string
  readonly modalLabel: string
  readonly choose: string
  readonly notKept: string
  /** To somebody whom the bot does not answer here. */
  readonly refused: string
  /** A command that there is no more. */
  readonly unknown: string
  /** In the menus of messages and of people. */
  readonly askAbout: string
  readonly sessions: string
  /** Of the dialog that asks about a message. */
  readonly question: string
  readonly about: string
  /** `by`: a mention. */
  readonly asks: (by: string, link: string, question: string) => string
}

const en: Words = {
  ownText: 'Answer in own words …',
  modalTitle: 'Your words',
  modalLabel: 'What should Claude know?',
  choose: 'Choose …',
  notKept: 'This could not be kept. Please try again.',
  refused: 'The bot is not open to you here. Write to it directly to learn why.',
  unknown: 'The bot knows this command no more. `/help` lists those that it knows.',
  askAbout: 'Ask about this',
  sessions: 'Sessions',
  question: 'What do you want to know?',
  about: 'About this',
  asks: (by, link, question) => `${by} asks about ${link}: ${question}`,
}

const zh: Words = {
  ownText: '自己写回答…',
  modalTitle: '你的话',
  modalLabel: '想让 Claude 知道什么？',
  choose: '请选择…',
  notKept: '没能保存下来，请再试一次。',
  refused: '这里的机器人还没有对你开放。直接给它发消息，可以了解原因。',
  unknown: '机器人已经没有这个命令了。用 `/help` 查看现有的命令。',
  askAbout: '询问这条消息',
  sessions: '会话',
  question: '你想知道什么？',
  about: '关于这条内容',
  asks: (by, link, question) => `${by} 询问 ${link}：${question}`,
}

/** `language`: as in a reply, or a locale such as `zh-CN`; absent, or one that is not here: English. */
export function wordsIn(language: string | undefined): Words {
  return language?.split('-')[0]?.toLowerCase() === 'zh' ? zh : en
}

/** Where Discord has the languages of {@link wordsIn} that are not English. */
export const locales: Readonly<Record<string, string>> = { zh: 'zh-CN' }

/** What a thread is called whose question says nothing. */
export const threadName = 'Claude'
