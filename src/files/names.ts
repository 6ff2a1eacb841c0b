/** Names that strangers gave to files -> names that are safe in a folder. Pure. */
import { extname } from 'node:path'

/** UTF-8 bytes: file systems take 255, and a number may be added. */
const longest = 120
const longestExtension = 16

/** A single name: no path, nothing invisible, nothing that hides it or looks like a flag; never empty. */
export function safeName(name: string): string {
  const last = name.toWellFormed().normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  const flat = last
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}\uFFFD]/gu, '')
    .replaceAll(/[:*?"<>|`$&;]/g, '-')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/^[\s.~-]+|[\s.]+$/g, '')
  return flat === '' ? 'file' : shortened(flat)
}

/** `report.pdf`, `report-2.pdf`, `report-3.pdf` …: the first that is not taken, whatever the case. */
export function* numbered(name: string): Generator<string, never> {
  yield name
  const extension = extname(name)
  const stem = name.slice(0, name.length - extension.length)
  for (let number = 2; ; number += 1) yield `${stem}-${number}${extension}`
}

/** Two names that some file system takes for one have the same key. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase()
}

function shortened(name: string): string {
  if (Buffer.byteLength(name) <= longest) return name
  const given = extname(name)
  const extension = Buffer.byteLength(given) <= longestExtension ? given : ''
  let stem = ''
  for (const character of name.slice(0, name.length - extension.length)) {
    if (Buffer.byteLength(stem + character + extension) > longest) break
    stem += character
  }
  return stem.trimEnd() + extension
}
