/** Claude's own commands that are passed on. */
export const claude = {
  compact: {
    usage: '[what to keep]',
    summary: 'sums up the session so far, to make room',
    arguments: { text: 'what to keep' },
    done: 'The session so far is summed up.',
  },
  context: { usage: '', summary: 'shows what fills the context window' },
  init: { usage: '', summary: 'writes a CLAUDE.md about the code in the workspace' },
  'code-review': {
    usage: '[what to review]',
    summary: 'reviews changes',
    arguments: { text: 'what to review' },
  },
  'security-review': { usage: '', summary: 'reviews changes for security' },
  simplify: {
    usage: '[what to look at]',
    summary: 'looks for what can be simpler in changes',
    arguments: { text: 'what to look at' },
  },
  verify: { usage: '', summary: 'checks that a change does what it should' },
  debug: {
    usage: '[the problem]',
    summary: 'looks for the cause of a problem',
    arguments: { text: 'the problem' },
  },
  recap: { usage: '', summary: 'says in short what was done' },
  insights: { usage: '', summary: 'reports on how you use Claude' },
  'deep-research': {
    usage: '[the question]',
    summary: 'researches a question in depth',
    arguments: { text: 'the question' },
  },
}
