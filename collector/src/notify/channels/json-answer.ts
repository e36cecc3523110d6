/** What a service answered, where that is a JSON object; else nothing: the answer is not that service's. */
export function readJsonObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const found: unknown = JSON.parse(text)
    return typeof found === 'object' && found !== null ? { ...found } : {}
  } catch {
    return {}
  }
}
