/** What people are told about sessions and files that are left lying. */
import { format } from './format.ts'

export const housekeeping = {
  tooLarge: (bytes: number, quota: number) =>
    `Your workspace holds ${format.size(bytes)}; it should stay below ${format.size(quota)}. Ask Claude to find and remove what you no longer need. You are told once a day.`,
  putAway:
    'Your earlier session was put away after a long time, so this is a new one: `/sessions all` shows it, `/resume` goes on with it.',
  startedAnew:
    'Our earlier session could not be found any more, so this is a new one: Claude does not remember what was said before. Files in the workspace are still there.',
  toldAgain: (messages: number) =>
    `Our earlier session could not be found any more, so this is a new one. Claude was given ${messages === 1 ? 'its last message' : `its last ${messages} messages`} to read; what came before, and what it did in between, it does not remember. Files in the workspace are still there.`,
}
