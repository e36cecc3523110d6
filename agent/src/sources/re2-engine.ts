import type { RE2JS } from 're2js'

let engine: typeof RE2JS | undefined

/** Loads the engine of expressions, which an agent whose configuration has none does without. */
export async function loadRe2(): Promise<typeof RE2JS> {
  engine ??= (await import('re2js')).RE2JS
  return engine
}

/** The engine, where it was loaded. */
export function loadedRe2(): typeof RE2JS | undefined {
  return engine
}
