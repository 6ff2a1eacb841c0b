/** What the adapter itself says in chats. */
export const words = {
  ownText: 'Answer in own words …',
  modalTitle: 'Your words',
  modalLabel: 'What should Claude know?',
  choose: 'Choose …',
  notKept: 'This could not be kept. Please try again.',
  thread: 'Claude',
  settled: (label: string, by: string, at: string) =>
    [label, by, at].filter((part) => part !== '').join(' · '),
}
