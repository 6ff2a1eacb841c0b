/** Files that a user's text names by `@path`. Pure: what is no file turns out when it is opened. */

/** More than anybody means to; each costs a look at the disk. */
const mostMentions = 20
const longestPath = 300

/** `@"with blanks.txt"`, or `@` and what follows up to a blank, where no word runs into it as in an e-mail address. */
const mention = /(?<![\p{L}\p{N}_.+@/-])@(?:"([^"\n]+)"|([^\s"'`<>|]+))/gu

/** Ways to read each mention, the longest first: a full stop may end the name or the sentence. */
export function mentionsIn(text: string): string[][] {
  const found = new Map<string, string[]>()
  for (const [, quoted, bare] of text.matchAll(mention)) {
    const path = quoted ?? bare ?? ''
    if (found.size >= mostMentions) break
    if (path.length > longestPath || !staysInside(path)) continue
    // A shorter reading may lead out where the longest does not: `..,` is a name, `..` is the folder above.
    found.set(path, quoted === undefined ? readings(path).filter(staysInside) : [path])
  }
  return [...found.values()]
}

function readings(path: string): string[] {
  const ends = [path]
  for (let rest = path; /[.,;:!?)\]}。，、；：！？）】」]$/u.test(rest);) {
    rest = rest.slice(0, -1)
    if (rest !== '') ends.push(rest)
  }
  return ends
}

/** Only what lies in the workspace can be meant: nothing from the root, from a home or from above is even looked at. */
function staysInside(path: string): boolean {
  return !/^[/~\\]/.test(path) && !path.split(/[/\\]/).includes('..')
}
