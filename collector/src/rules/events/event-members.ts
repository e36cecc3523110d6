import type { JsonValue } from '@wardround/protocol'
import { plainText } from '../texts/plain-text.ts'

/** Longer is cut: a record of a log may be of any length, and whoever sends a message writes it. */
const MAX_SHOWN_BYTES = 600
const MAX_TAG_BYTES = 128

/** The values of a member of an event's body, `groups.NAME` of its groups, as texts: none, one, or those of a list. */
export function memberValues(body: JsonValue, member: string): readonly string[] {
  const [name = '', group] = member.split('.')
  const found = group === undefined ? ownOf(body, name) : ownOf(ownOf(body, name), group)
  return (Array.isArray(found) ? found : [found]).flatMap((value: JsonValue | undefined) =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? [String(value)]
      : [],
  )
}

/** A member as a message shows it. */
export function shownMember(body: JsonValue, member: string): string | undefined {
  const values = memberValues(body, member)
  return values.length === 0 ? undefined : plainText(values.join(', '), MAX_SHOWN_BYTES)
}

/** A member as a tag of an alert; undefined where it isn't there or empty. */
export function tagMember(body: JsonValue, member: string): string | undefined {
  const value = plainText(memberValues(body, member)[0] ?? '', MAX_TAG_BYTES)
  return value === '' ? undefined : value
}

function ownOf(body: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined
  return new Map<string, JsonValue>(Object.entries(body)).get(name)
}
