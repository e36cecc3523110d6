import { isDeepStrictEqual } from 'node:util'

/**
 * Names of which two maps say different things, those that only one has included: for the log of what a new configuration changes. Values are
 * compared as the data that JSON has of them: what was handed from one process image to the next is made of it.
 */
export function changedNames(
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
): string[] {
  const names = new Set([...before.keys(), ...after.keys()])
  return [...names].filter(
    (name) => !isDeepStrictEqual(toPlainData(before.get(name)), toPlainData(after.get(name))),
  )
}

function toPlainData(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value))
}
