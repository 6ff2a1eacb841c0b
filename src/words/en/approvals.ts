/** Leave to use a tool, questions of Claude's, plans. What Claude is told about the answers is English, elsewhere. */
export const approvals = {
  title: (tool: string) => `Claude wants to use ${tool}`,
  outside: (path: string) => `Outside the workspace: ${path}`,
  once: 'Allow once',
  session: 'Allow for this session',
  always: 'Always in this workspace',
  deny: 'Deny',
  why: 'Deny and say why',
  second: 'Whoever asked for it may deny it; to allow it takes somebody else, who may decide for others.',
  plan: 'Claude has a plan',
  noPlan: 'Claude wants to leave plan mode and begin.',
  approve: 'Approve',
  keep: 'Keep planning',
  feedback: 'Keep planning and say what',
  question: (number: number, of: number, question: string) => `(${number} of ${of}) ${question}`,
}
