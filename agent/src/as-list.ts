/** The items of a value whose type the schema knows and the compiler does not; of what is no list, none. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The same, each item as a text. */
export function asTexts(value: unknown): readonly string[] {
  return asList(value).map(String)
}
