/** Secrets that are known by how they look, wherever they stand in a string. */

export const hidden = '[redacted]'

/**
 * What precedes the secret (kept) is group 1, where there is such a group. Every repetition is bounded or
 * anchored, so that no input makes these slow.
 */
const shapes: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{0,8192}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?/g,
  // The password of a URL. It may hold a raw `@`, so it ends at the last one before the path.
  /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{0,128}:)[^\s/"']{1,512}(?=@)/gi,
  /([?&][\w-]{0,32}(?:token|secret|key|ticket|password|signature)=)[^&\s"'#]{1,4096}/gi,
  // Not what is a heading of many a settings page: no credentials read like it.
  /(\b(?:bearer|basic)\s{1,4})(?!information\b)[\w.~+/=-]{8,4096}/gi,
  // `"botToken":"…"` in a body that was put into a message as JSON, and `BOT_TOKEN=…`.
  /(["'][\w-]{0,32}(?:token|secret|password|api_?key|authorization)["']\s{0,4}:\s{0,4}["'])[^"']{1,4096}/gi,
  /(\b[\w-]{0,32}(?:token|secret|password|api[_-]?key)=["']?)[^\s"'&;,]{4,4096}/gi,
  /\bsk-[\w-]{12,512}/g,
  /\b(?:xox[a-z]|xapp)-[\w-]{8,512}/g,
  /\bgh[a-z]_\w{20,255}|\bgithub_pat_\w{20,255}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\beyJ[\w-]{8,4096}\.[\w-]{8,8192}\.[\w-]{0,1024}/g,
  // An id in base64, a time stamp, a signature: the bot tokens of more than one platform.
  /\b[\w-]{23,30}\.[\w-]{6,7}\.[\w-]{27,64}/g,
]

/** No shape fits into less; most strings of a log are names and ids. */
const shortest = 8

/** The same string with everything that looks like a secret replaced. */
export function hideShapes(text: string): string {
  if (text.length < shortest) return text
  let clean = text
  for (const shape of shapes) {
    clean = clean.replace(shape, (_match, kept: unknown) => (typeof kept === 'string' ? kept : '') + hidden)
  }
  return clean
}
