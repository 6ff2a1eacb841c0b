/** What came while the bot was not there. */
export const away = {
  arrived: (count: number) =>
    count === 1
      ? 'A message arrived while I was away, too long ago to run it unasked:'
      : `${count} messages arrived while I was away, too long ago to run them unasked:`,
  more: (count: number) => `and ${count} more`,
  file: '(files only)',
  drained: 'I am about to be started anew. Your message is kept, and answered after that.',
}
