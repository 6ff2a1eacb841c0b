/** What becomes of messages that come while Claude works, and of those that are edited or deleted. */
import type { Language } from '../languages.ts'

export const midTurn = {
  /** Of the prompts among these. */
  language: 'en' as Language,
  title: 'Your earlier message is not done yet',
  waits: (messages: string) => `Waits for its turn:\n\n${messages}`,
  onItsWay: (messages: string) => `On its way into the running turn:\n\n${messages}`,
  steered: 'Taken into the running turn.',
  corrected: 'Claude was told of your edit.',
  behindOwn: 'Claude is at work on what you wrote in another chat: your message waits for its turn.',
  behindOthers: 'Claude is at work for somebody else here: your message waits for its turn.',
  typed:
    'Your earlier message is not done yet: this one waits for its turn. `/queue steer` takes it into the running turn, `/queue interrupt` ends that turn for it, and `/queue always steer` does so from now on.',
  typedCommand:
    'Your earlier message is not done yet: this command waits for its turn. `/queue interrupt` ends the running turn for it.',
  stuck:
    'Nothing was taken into the running turn: a command, or a message of somebody else, comes first and waits for a turn of its own.',
  parked:
    'Claude waits for a decision first: answer what it asks, or `/stop` that turn. Your message comes after it.',
  parkedForShare:
    'An earlier message here waits: as many turns of its sender run as may at a time. Yours comes after it.',
  settled: { read: 'Claude has it', over: 'The turn is over' },
  modes: { steer: 'Steer', queue: 'Queue', interrupt: 'Interrupt' },
  always: { steer: 'Always steer', queue: 'Always queue', interrupt: 'Always interrupt' },
  means: {
    steer: 'Claude reads it in the running turn.',
    queue: 'It waits for a turn of its own.',
    interrupt: 'The running turn is ended for it.',
  },
  moved: (chat: string) => `Goes on in your chat on \`${chat}\`.`,
  amended: 'Updated: the message waits as you have edited it.',
  withdrawn: 'Withdrawn: the message was deleted before its turn came.',
  rerun: {
    title: 'You have edited a message that is answered already',
    offer: (text: string) => `It reads now:\n\n${text}`,
    again: 'Run again',
    leave: 'Leave it',
    typed:
      'That message is answered already, so your edit changes nothing. Send it anew to have it answered as it reads now; `/retry` sends your last message again.',
  },
}
