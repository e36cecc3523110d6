import type { JsonValue } from './batch.ts'
import { MAX_JSON_DEPTH } from './limits.ts'

/**
 * JSON from outside: bounded nesting, and members named `__proto__` are dropped, so that no later copy or merge can set a prototype.
 * @throws SyntaxError
 */
export function parseJsonText(text: string): JsonValue {
  if (jsonDepth(text) > MAX_JSON_DEPTH) {
    throw new SyntaxError(`JSON is nested deeper than ${MAX_JSON_DEPTH}`)
  }
  const value: JsonValue = JSON.parse(text)
  // The name may be spelt with escapes.
  if (text.includes('__proto__') || text.includes('\\u')) dropPrototypeMembers(value)
  return value
}

/** Deepest nesting of brackets outside of strings; the text need not be valid JSON. */
export function jsonDepth(text: string): number {
  let depth = 0
  let deepest = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === QUOTE) i = endOfString(text, i)
    else if (unit === OPEN_ARRAY || unit === OPEN_OBJECT) deepest = Math.max(deepest, ++depth)
    else if (unit === CLOSE_ARRAY || unit === CLOSE_OBJECT) depth--
  }
  return deepest
}

const QUOTE = 0x22
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** Index of the quote that ends the string which starts at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end === -1 ? text.length : end
}

function isEscaped(text: string, index: number): boolean {
  let backslashes = 0
  while (text[index - 1 - backslashes] === '\\') backslashes++
  return backslashes % 2 === 1
}

/** Recursion is bounded by MAX_JSON_DEPTH. */
function dropPrototypeMembers(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if (Object.hasOwn(value, '__proto__')) Reflect.deleteProperty(value, '__proto__')
  for (const member of Object.values(value)) dropPrototypeMembers(member)
}
