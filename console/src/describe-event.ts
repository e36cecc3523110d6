const LONGEST_TEXT = 400

/** The text of an event where it has one, and its other members with their names. */
export function describeEvent(body: unknown): string {
  if (typeof body !== 'object' || body === null) return plain(body)
  const parts = Object.entries(body).map(([name, value]) =>
    name === 'text' || name === 'message' ? plain(value) : `${name}: ${plain(value)}`,
  )
  const joined = parts.filter((part) => part !== '').join(' · ')
  return joined.length > LONGEST_TEXT ? `${joined.slice(0, LONGEST_TEXT)}…` : joined
}

function plain(value: unknown): string {
  if (typeof value === 'string') return value
  return value === null || value === undefined ? '' : JSON.stringify(value)
}
