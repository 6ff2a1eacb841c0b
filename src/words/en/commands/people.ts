/** Commands about people. */
export const people = {
  lang: {
    usage: '[en | zh]',
    summary: 'shows or sets the language in which the bot itself speaks to you',
    arguments: { language: '`en` English, `zh` 简体中文' },
    unknown: (given: string) => `I do not speak \`${given}\`. \`/lang en\`: English. \`/lang zh\`: 简体中文.`,
    now: 'I speak English with you. `/lang zh`: 简体中文.',
    changed:
      'I speak English with you from now on, on all your accounts. Claude answers in the language that you write.',
  },
}
