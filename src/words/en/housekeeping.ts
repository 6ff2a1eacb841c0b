/** What people are told about sessions and files that are left lying. */
import { format } from './format.ts'

export const housekeeping = {
  tooLarge: (bytes: number, quota: number) =>
    `Your workspace holds ${format.size(bytes)}; it should stay below ${format.size(quota)}. Ask Claude to find and remove what you no longer need. You are told once a day.`,
  putAway:
    'Your earlier session was put away after a long time, so this is a new one: `/sessions all` shows it, `/resume` goes on with it.',
}
