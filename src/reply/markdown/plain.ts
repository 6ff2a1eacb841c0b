/** Markdown made harmless, for a platform that refused it: the same words, next to no markup. Pure. */

/** Never longer than what it is given. Links stay: their text alone would lose the address. */
export function plain(markdown: string): string {
  return markdown
    .toWellFormed()
    .split('\n')
    .filter(
      (line) => !/^[\s>]*(?:`{3,}|~{3,})/.test(line) && !/^[\s>]*\|?[\s:|-]*-[\s:|-]*\|[\s:|-]*$/.test(line),
    )
    .map((line) => line.replace(/^([\s>]*)#{1,6}\s+/, '$1'))
    .join('\n')
    .replaceAll(/\*\*|~~|`/g, '')
    .replaceAll(/[^\P{Cc}\n\t]/gu, '')
    .trim()
}
