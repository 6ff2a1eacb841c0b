/** Other people's words and Claude's, made safe to show: nothing in them can look like something else. Pure. */

/** As much of a text as is said back to somebody. */
const longest = 40

/** What nobody sees, and what turns the order of what they do see. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu
/** Joins or paints an emoji. */
const ofEmoji =
  /(?<=\p{Extended_Pictographic}\ufe0f?|\p{Emoji_Modifier})\u200d(?=\p{Extended_Pictographic})|(?<=\p{Extended_Pictographic})\ufe0f|(?<=[0-9#*])\ufe0f(?=\u20e3)/gu

/** To the letter, with what is unseen by its code point; lines and tabs stay. */
export function visible(text: string): string {
  const kept = new Set([...text.matchAll(ofEmoji)].map(({ index }) => index))
  return text.toWellFormed().replaceAll(unseen, (character, at: number) => {
    if (character === '\n' || character === '\t' || kept.has(at)) return character
    return codePoint(character)
  })
}

/** So that it can stand between backticks, where it names and links nobody: one short line without any. */
export function quoted(text: string, most = longest): string {
  return beginning(text.replaceAll('`', "'"), most)
}

/** The beginning of a text in one line, as a code span: no Markdown in it means anything. */
export function excerpt(text: string, most = 60): string {
  const line = beginning(text, most)
  return line === '' ? '' : code(line)
}

/** A code span that no content can end early. */
export function code(content: string): string {
  const line = visible(content).replaceAll(/[\n\t]/g, codePoint)
  const marks = '`'.repeat(longestRun(line) + 1)
  return `${marks} ${line} ${marks}`
}

/** A fence longer than any run of backticks within, so that no content can end it early. The content stays as it is. */
export function fence(content: string, language = ''): string {
  const marks = '`'.repeat(Math.max(3, longestRun(content) + 1))
  return `${marks}${language}\n${content}\n${marks}`
}

function beginning(text: string, most: number): string {
  const line = visible(text.trim().replaceAll(/\s+/g, ' '))
  return line.length <= most ? line : `${line.slice(0, most - 1).toWellFormed()}…`
}

function codePoint(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase()
  return `⟨U+${hex.padStart(4, '0')}⟩`
}

function longestRun(content: string): number {
  return Math.max(0, ...(content.match(/`+/g) ?? []).map((run) => run.length))
}
