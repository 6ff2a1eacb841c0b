/** `640 bytes`, `12 KB`, `3.4 MB`: as people read sizes. Pure. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`
  const unit = bytes < 1024 ** 2 ? 'KB' : bytes < 1024 ** 3 ? 'MB' : 'GB'
  const value = bytes / (unit === 'KB' ? 1024 : unit === 'MB' ? 1024 ** 2 : 1024 ** 3)
  return `${value < 9.95 && !Number.isInteger(value) ? value.toFixed(1) : Math.round(value)} ${unit}`
}
