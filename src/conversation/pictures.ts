/** Pictures that an answer shows, as its Markdown names them. Pure. */

const image = /!\[[^\]\n]*\]\(<?([^()<>\s]+)>?(?:\s+"[^"\n]*")?\)/g
const format = /\.(?:png|jpe?g|gif|webp|bmp)$/i

/** Those that may lie in the user's folder: what is named by an address is not fetched, its host would learn of it. */
export function picturesNamed(markdown: string): readonly { readonly src: string; readonly path: string }[] {
  const named = Array.from(markdown.matchAll(image), ([, src = '']) => src)
  return [...new Set(named)]
    .filter((src) => !/^(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(src))
    .map((src) => ({ src, path: pathOf(src) }))
    .filter(({ path }) => format.test(path))
}

function pathOf(src: string): string {
  try {
    return decodeURIComponent(src)
  } catch {
    // It has a percent sign of its own.
    return src
  }
}
