/** A chat with a bot that runs elsewhere. */
export const remote = {
  lost: (url: string) => `no connection to ${url}, trying again`,
  /** Behind why it was given up. */
  unknown: 'What the bot had accepted it answers all the same: look into the session later.',
  decidedMeanwhile: 'It was decided meanwhile.',
}
