/**
 * At most so many entries: of those that nobody uses any more the oldest go first, then the latest of the others. So what is kept of more than there
 * is room for stays the same from one time to the next, and need not be written again.
 */
export function keepMost<T>(
  entries: ReadonlyMap<string, T>,
  isUsed: (key: string) => boolean,
  most: number,
): ReadonlyMap<string, T> {
  if (entries.size <= most) return entries
  const used = [...entries].filter(([key]) => isUsed(key))
  const others = [...entries].filter(([key]) => !isUsed(key))
  const room = Math.max(0, most - used.length)
  return new Map([
    ...others.slice(others.length - Math.min(room, others.length)),
    ...used.slice(0, most),
  ])
}
