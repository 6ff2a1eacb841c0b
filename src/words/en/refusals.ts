/** To whoever may not decide what they tried to decide. */
export const refusals = {
  notYours: 'Only whoever asked Claude, or an operator or admin, can decide this.',
  guest: 'You are a guest here: an operator or admin decides this for you.',
  second: 'This takes somebody else than whoever asked for it: an operator or admin has to allow it.',
  late: 'This is settled already, or Claude no longer waits for it.',
}
