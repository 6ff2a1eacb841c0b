/** What may be a command in a line for the shell: rather too much than too little. Pure. */

/** What ends a word, or stands before one; blanks besides. */
const marks = String.raw`;&|(){}<>$\`"'\\`
const wordStart = new RegExp(String.raw`(?<=^|[\s${marks}/=,])[^\s${marks}/=,]`, 'g')
/** Where a shell would begin another command. */
const commandEnd = /[;&|(){}<>$`"'\n]/

/** More options than that before a subcommand are there to hide it. */
const mostOptions = 256
/** Words behind skipped options that are looked at. */
const mostBehind = 16

/**
 * The rest of the line from each word on, up to the end of that command, in single blanks; once more without the options
 * before a subcommand. Undefined among them: what is there is not to be seen through.
 */
export function* commandsIn(line: string): Generator<string | undefined> {
  const joined = line.replaceAll(/\\\r?\n/g, '').replaceAll(/\$(?:IFS\b|\{IFS\b[^}]*\})/g, ' ')
  const plain = joined
    .replaceAll(/\{[^{}\s]*,[^{}\s]*\}/g, (list) => list.slice(1, -1).replaceAll(',', ' '))
    .replaceAll(/[\d&]?(?:>>?|<)[&|]?\s*[^\s;&|()<>]+/g, ' ')
  const bare = plain.replaceAll(/["'\\]/g, '')
  for (const text of new Set([joined, plain, bare])) {
    for (const { index } of text.matchAll(wordStart)) {
      const command = text.slice(index).split(commandEnd, 1).join('').replaceAll(/\s+/g, ' ').trim()
      yield command
      yield* withoutOptions(command)
    }
  }
}

/** `git -C . push` is `git push`. Whether an option takes a value only its program knows: both are tried. */
function* withoutOptions(command: string): Generator<string | undefined> {
  if (!/^[^\s-]\S* -/.test(command)) return
  const [program = '', ...rest] = command.split(' ', mostOptions)
  const from = new Set([0])
  for (const at of from) {
    if (rest[at]?.startsWith('-') === true) from.add(at + 1).add(at + 2)
    else yield [program, ...rest.slice(at, at + mostBehind)].join(' ')
  }
  if (from.has(mostOptions - 1)) yield undefined
}
