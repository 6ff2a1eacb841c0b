/**
 * What Claude, a tool or another person wrote never reaches the terminal raw: an escape sequence in it could
 * set the clipboard (OSC 52), the title, or move the cursor over an approval and change what is read there.
 */

/** C0 without tab and line feed, DEL, C1, line separators, and the marks that reorder text (Trojan Source). */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/** The same text with control characters made visible: ESC becomes `␛`. Line feeds and tabs stay. */
export function harmless(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(unsafe, picture).toWellFormed()
}

/** {@link harmless}, and on one line. */
export function harmlessLine(text: string): string {
  return harmless(text)
    .replaceAll(/\s*\n\s*/g, ' ⏎ ')
    .replaceAll('\t', ' ')
}

function picture(character: string): string {
  const code = character.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  return code === 0x7f ? '␡' : '\ufffd'
}
