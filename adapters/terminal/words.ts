/** What the terminal itself says. */
const en = {
  keys: '/help lists commands · Ctrl-C stops Claude · Ctrl-D leaves',
  againLeaves: 'Ctrl-C again leaves',
  working: 'working',
  stopping: 'stopping',
  waits: 'waits',
  /** Under what was typed while Claude works. */
  midTurn: '/queue steer puts it into the running turn, /queue interrupt stops the turn',
  ownAnswer: 'Enter sends this as your answer',
  emptyToChoose: 'empty the line to choose, or send it',
  unfinished: '(unfinished)',
  startsOver: '↺ the answer starts over',
  /** Stands before an answer whose question is not on the page: only the core knows its words. */
  earlier: 'an answer to an earlier message:',
  /** The last words of a terminal that leaves before Claude has answered. */
  kept: 'not answered yet: it is kept, and answered at the next start',
  notTaken: (why: string) => `not taken: ${why}`,
  tokens: (input: string, output: string) => `${input} tokens in, ${output} out`,
  nobody: (done: string) => `nobody is there to answer: ${done}`,
  noChoice: (done: string) => `the next line is none of the choices: ${done}`,
  stopped: 'stopped',
}

export type Words = typeof en

const zh: Words = {
  keys: '/help 列出命令 · Ctrl-C 停止 Claude · Ctrl-D 退出',
  againLeaves: '再按一次 Ctrl-C 退出',
  working: '正在处理',
  stopping: '正在停止',
  waits: '排队',
  midTurn: '/queue steer 并入正在运行的一轮，/queue interrupt 先中断这一轮',
  ownAnswer: '按 Enter 把这些文字作为你的回答',
  emptyToChoose: '清空此行即可选择，或直接发送',
  unfinished: '（未完成）',
  startsOver: '↺ 重新开始回答',
  earlier: '对之前一条消息的回答：',
  kept: '尚未回答：消息已保存，下次启动时回答',
  notTaken: (why) => `没有收下：${why}`,
  tokens: (input, output) => `输入 ${input} token，输出 ${output}`,
  nobody: (done) => `没有人回答：${done}`,
  noChoice: (done) => `下一行不是其中的选项：${done}`,
  stopped: '已停止',
}

/** `language`: as in a reply, or a locale such as `zh_CN.UTF-8`; absent, or one that is not here: English. */
export function wordsIn(language: string | undefined): Words {
  return language?.split(/[-_.]/)[0]?.toLowerCase() === 'zh' ? zh : en
}

/** The locale of whoever started the process; undefined: none, or one that stands for no language. */
export function localeOf(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const set = [env.LC_ALL, env.LC_MESSAGES, env.LANG].find((value) => value !== undefined && value !== '')
  return set === undefined || /^(?:C|POSIX)(?:\.|$)/.test(set) ? undefined : set
}
