/** Buttons under the answer to /why. */
export const mend = {
  title: 'What shall I do?',
  about: (excerpt: string) => `About \`${excerpt}\`.`,
  unsent: 'About the replies that could not be sent.',
  choices: {
    show: 'Ask again below',
    deny: 'Deny it',
    stop: 'Stop the turn',
    retry: 'Send again now',
    new: 'Stop, and begin a new session',
  },
  below: 'Asked again below',
}
