import type { Words } from '../../en.ts'
import type { claude as english } from '../../en/commands/claude.ts'

export const claude: Pick<Words['commands'], keyof typeof english> = {
  compact: {
    usage: '[要保留的内容]',
    summary: '总结当前会话，腾出上下文空间',
    arguments: { text: '要保留的内容' },
    done: '当前会话已总结。',
  },
  context: { usage: '', summary: '显示上下文窗口的占用情况' },
  init: { usage: '', summary: '为工作区中的代码生成 CLAUDE.md' },
  'code-review': {
    usage: '[审查范围]',
    summary: '审查改动',
    arguments: { text: '审查范围' },
  },
  'security-review': { usage: '', summary: '审查改动的安全性' },
  simplify: {
    usage: '[查看范围]',
    summary: '寻找改动中可以简化的地方',
    arguments: { text: '查看范围' },
  },
  verify: { usage: '', summary: '检查改动是否达到预期' },
  debug: { usage: '[问题]', summary: '查找问题的原因', arguments: { text: '遇到的问题' } },
  recap: { usage: '', summary: '简要说明做了什么' },
  insights: { usage: '', summary: '报告你使用 Claude 的情况' },
  'deep-research': {
    usage: '[问题]',
    summary: '深入研究一个问题',
    arguments: { text: '要研究的问题' },
  },
}
