const MOST_LOOKS = 6

/** What two looks one after the other agree on; undefined where it moves all the time, so that nothing can be said. A look that saw something go gives undefined. */
export async function settledList<T>(
  look: () => Promise<readonly T[] | undefined>,
  nameOf: (entry: T) => string,
): Promise<T[] | undefined> {
  let before: string | undefined
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const entries = await look()
    const names = entries?.map(nameOf).join('\n')
    if (entries !== undefined && names === before) return [...entries]
    before = names
  }
  return undefined
}
