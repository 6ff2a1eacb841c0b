/** What the adapter itself says in chats. */
export const words = {
  thinking: 'is thinking …',
  submit: 'Send',
  cancel: 'Cancel',
  ownText: 'Answer in own words …',
  modalTitle: 'Your words',
  modalLabel: 'What should Claude know?',
  chosen: 'Choose',
  notKept: 'This could not be kept. Please send it again.',
  settled: (label: string, by: string, at: string) =>
    [label, by, at].filter((part) => part !== '').join(' · '),
}
