/** What Claude does by itself, in a task that it left running. */
export const background = {
  cutOff:
    '*What Claude was doing by itself was ended before it could tell you what came of it. Ask it to look.*',
  /** `tasks`: as Markdown. */
  cutOffTasks: (tasks: string) =>
    `*Claude's process ended, and with it what still ran in the background, before it could tell you what came of it: ${tasks}. Ask Claude to look, or to begin again.*`,
}
