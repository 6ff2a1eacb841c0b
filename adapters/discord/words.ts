/** What the adapter itself says in chats. */

export interface Words {
  readonly ownText: string
  readonly modalTitle: string
  readonly modalLabel: string
  readonly choose: string
  readonly notKept: string
}

const en: Words = {
  ownText: 'Answer in own words …',
  modalTitle: 'Your words',
  modalLabel: 'What should Claude know?',
  choose: 'Choose …',
  notKept: 'This could not be kept. Please try again.',
}

const zh: Words = {
  ownText: '自己写回答…',
  modalTitle: '你的话',
  modalLabel: '想让 Claude 知道什么？',
  choose: '请选择…',
  notKept: '没能保存下来，请再试一次。',
}

/** `language`: as in a reply, or a locale such as `zh-CN`; absent, or one that is not here: English. */
export function wordsIn(language: string | undefined): Words {
  return language?.split('-')[0]?.toLowerCase() === 'zh' ? zh : en
}

/** What a thread is called whose question says nothing. */
export const threadName = 'Claude'
