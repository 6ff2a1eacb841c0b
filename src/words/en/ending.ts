/** How a message ends without an answer, or beside it. */
export const ending = {
  givenUp: (deaths: number) =>
    `This message was given up: the process that worked on it ended ${deaths} times. Send it again to try once more, perhaps in smaller steps; the operator finds the reason in the log.`,
  barred: 'You may not talk with me here any more, so this message was not run.',
  stopped: 'Stopped.',
  empty: 'Claude ended its turn without a word.',
}
