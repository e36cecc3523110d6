/** The part of re2js that is used. */
type Engine = typeof import('re2js').RE2JS

let engine: Engine | undefined

/** Loads the engine of rules, which only an agent with a log to watch needs. */
export async function loadRe2(): Promise<Engine> {
  engine ??= (await import('re2js')).RE2JS
  return engine
}

/** The engine, where it was loaded. */
export function loadedRe2(): Engine | undefined {
  return engine
}
