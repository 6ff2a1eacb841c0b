/** Looks for programs as a shell does. */
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** Every place of this name in the folders of `path`, in order. */
export async function onPath(name: string, path: string): Promise<readonly string[]> {
  const places = path.split(delimiter).map((dir) => join(dir, name))
  const found = await Promise.all(places.map(isExecutable))
  return places.filter((_, n) => found[n])
}

export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
