/** Names a point: what is measured, on whom, with which of its identifying tags. */
export function pointKey(
  subject: string,
  measurement: string,
  identifyingTags: readonly string[],
  tags: Readonly<Record<string, string>>,
): string {
  const identifying = identify(identifyingTags, (name) => tags[name])
  return joinKey(subject, kindKey(measurement, identifying))
}

/** Those of some tags that identify. */
export function identify(
  names: readonly string[],
  valueOf: (name: string) => string | undefined,
): Record<string, string> {
  const identifying: Record<string, string> = {}
  for (const name of names) {
    const value = valueOf(name)
    if (value !== undefined) identifying[name] = value
  }
  return identifying
}

/** Names all points that differ in their subject alone. */
export function kindKey(
  measurement: string,
  identifying: Readonly<Record<string, string>>,
): string {
  return JSON.stringify([measurement, identifying])
}

/** The point of a subject. */
export function joinKey(subject: string, kind: string): string {
  return `${subject}\n${kind}`
}
