/** To whoever may not decide what they tried to decide. */
export const refusals = {
  notYours: 'Only whoever asked Claude, or an operator or admin, can decide this.',
  guest: 'You are a guest here: an operator or admin decides this for you.',
  shared:
    'You are a guest here: what changes the session that you share with others takes a member. Just write to Claude.',
  looser: (configured: string) =>
    `You are a guest here: no mode that asks less than \`${configured}\` is open to you.`,
  second: 'This takes somebody else than whoever asked for it: an operator or admin has to allow it.',
  late: 'This is settled already, or Claude no longer waits for it.',
}
