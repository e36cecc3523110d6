/** Negative, 0 or positive, as the OIDs are ordered in a walk. */
export function compareOids(left: string, right: string): number {
  const lefts = left.split('.')
  const rights = right.split('.')
  for (let at = 0; at < Math.min(lefts.length, rights.length); at++) {
    const difference = Number(lefts[at]) - Number(rights[at])
    if (difference !== 0) return difference
  }
  return lefts.length - rights.length
}

/** Whether `oid` lies below `root`. */
export function isBelow(root: string, oid: string): boolean {
  return oid.length > root.length + 1 && oid.startsWith(root) && oid[root.length] === '.'
}
