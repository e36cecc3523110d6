/** Of several things with one type and name the later ones are told apart by their place: a series is one thing. */
export function distinctNames<T extends { readonly type?: string; readonly name: string }>(
  things: readonly T[],
): T[] {
  const counts = new Map<string, number>()
  return things.map((thing) => {
    const key = `${thing.type ?? ''}:${thing.name}`
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    return count === 1 ? thing : { ...thing, name: `${thing.name} (${count})` }
  })
}
