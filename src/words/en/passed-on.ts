/** About commands that Claude carries out. */
export const passedOn = {
  ofServer: (server: string) => `a command of the MCP server \`${server}\``,
  arguments: 'arguments',
  takesNone: (name: string) => `/${name} takes no arguments.`,
  tooLong: (name: string, most: number) => `/${name} takes at most ${most} characters.`,
  done: (name: string) => `\`/${name}\` is done.`,
}
