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
  others: (count: number) =>
    `${count === 1 ? 'Somebody who may decide this was' : `${count} people who may decide this were`} asked in ${count === 1 ? 'a direct chat' : 'their direct chats'} with me.`,
  nobody:
    'Nobody who may decide this can be reached: no operator or admin has written to me in a direct chat. Ask one to do that, then `/stop` this turn and send your message again.',
  forOther: (who: string, platform: string) =>
    `${who} asked Claude for this in a direct chat with me on \`${platform}\`. It takes you, or another operator or admin, to decide it.`,
  forOtherThere: (who: string, chat: string, platform: string) =>
    `${who} asked Claude for this in the chat \`${chat}\` on \`${platform}\`, and nobody there has answered yet. It takes you, or another operator or admin, to decide it.`,
  plan: 'Claude has a plan',
  noPlan: 'Claude wants to leave plan mode and begin.',
  approve: 'Approve',
  keep: 'Keep planning',
  feedback: 'Keep planning and say what',
  question: (number: number, of: number, question: string) => `(${number} of ${of}) ${question}`,
}
