/** What the adapter itself says in chats. */
const en = {
  /** Which of the languages of a rich text it is. */
  post: 'en_us',
  tools: 'Tools',
  thinking: 'Thinking …',
  rest: 'There is more: it follows in further cards when all of it is written …',
  goesOn: 'Goes on below …',
  stop: 'Stop',
  submit: 'Send',
  ownText: 'Answer in own words',
  ownTextHint: 'Your words',
  choose: 'Choose',
  accepted: 'Got it',
  slow: 'This takes a moment …',
  refused: 'This is not for you to decide',
  late: 'This is settled already',
  barred: 'This does nothing for you here',
  foreign: 'This belongs to another chat',
  incomplete: 'Say something first, or choose',
  notKept: 'This could not be kept. Please press again.',
  rows: (shown: string) => `Table\n${shown}`,
  seconds: (seconds: string) => `${seconds} s`,
}

const zh: typeof en = {
  post: 'zh_cn',
  tools: '工具',
  thinking: '思考中 …',
  rest: '内容较长，写完后将在后续卡片中继续 …',
  goesOn: '下一张卡片继续 …',
  stop: '停止',
  submit: '提交',
  ownText: '用自己的话回答',
  ownTextHint: '请输入',
  choose: '请选择',
  accepted: '已收到',
  slow: '正在处理，请稍候 …',
  refused: '你不能决定此事',
  late: '此事已有结果',
  barred: '此操作在此对你无效',
  foreign: '此按钮属于另一个会话',
  incomplete: '请先填写或选择',
  notKept: '未能保存，请再按一次。',
  rows: (shown) => `表格\n${shown}`,
  seconds: (seconds) => `${seconds} 秒`,
}

export type Words = typeof en

/** The words in a language, as replies name it (`en`, `zh`) or as a locale (`zh-CN`); absent, or none of ours: the cloud's. */
export type Speech = (language?: string) => Words

/** `chinese`: the cloud is China's. */
export function speechOf(chinese: boolean): Speech {
  const own = chinese ? zh : en
  return (language = '') => {
    const [tag] = language.toLowerCase().split('-')
    if (tag === 'zh') return zh
    return tag === 'en' ? en : own
  }
}
