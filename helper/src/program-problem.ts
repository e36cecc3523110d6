import { realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Why this program is not run: what root runs must not be another user's to replace, be it the file, a directory on the way to it, or one on the
 * way to what it links to. `absent` where there is none.
 */
export async function problemOf(program: string): Promise<string | undefined> {
  try {
    const real = await realpath(program)
    const places = new Set([program, ...directoriesTo(program), ...directoriesTo(real)])
    for (const place of places) {
      const problem = await weaknessOf(place)
      if (problem !== undefined) return `${program} was not run: ${problem}`
    }
    return undefined
  } catch {
    return 'absent'
  }
}

function directoriesTo(path: string): readonly string[] {
  const above = dirname(path)
  return above === path ? [] : [above, ...directoriesTo(above)]
}

const STICKY = 0o1000

/** In a sticky directory, as /tmp is, others can't replace what is not theirs. */
async function weaknessOf(place: string): Promise<string | undefined> {
  const stats = await stat(place)
  if (stats.uid !== 0 && stats.uid !== process.geteuid?.())
    return `${place} belongs neither to root nor to the helper's user`
  const isSticky = stats.isDirectory() && (stats.mode & STICKY) !== 0
  return (stats.mode & 0o022) === 0 || isSticky
    ? undefined
    : `others than its owner may write ${place}`
}
