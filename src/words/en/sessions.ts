/** How sessions are called, and what is wrong with a name. */
export const sessions = {
  title: (number: number, name: string | undefined) =>
    name === undefined ? `session ${number}` : `session ${number}, \`${name}\``,
  digits: 'A name needs a letter: numbers are those of `/sessions`.',
  form: 'A name has at most 40 letters, digits, blanks, `-`, `_` or `.`, e.g. `/rename release notes`.',
  taken: (name: string) => `There is a session \`${name}\` already. Choose another name.`,
  none: (wanted: string) => `There is no session \`${wanted}\`. \`/sessions all\` lists them.`,
  several: (names: readonly string[]) => `That could be ${names.map((name) => `\`${name}\``).join(' or ')}.`,
}
