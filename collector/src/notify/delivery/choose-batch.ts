import { MAX_NOTICES_PER_DIGEST } from '../limits.ts'
import type { Delivery } from '../outbox/outbox-store.ts'
import { urgencyOf } from './urgency.ts'

/**
 * What goes out as one message now where a service has a limit, of what waits: groups whole, the one with the most urgent message first. While there is room for
 * each group, the first message of the most urgent one; what is urgent, or follows one that failed, takes along what stands before it in its group.
 * Beyond that all groups as one digest. Oldest first, so that a digest says of each alert what is newest.
 */
export function chooseBatch(waiting: readonly Delivery[], free: number, nowMs: number): Delivery[] {
  const groups = rankGroups(waiting).filter((group) =>
    group.some((one) => one.notBeforeMs <= nowMs),
  )
  const [first] = groups
  const [head] = first ?? []
  if (first === undefined || head === undefined) return []
  if (groups.length <= Math.max(1, free)) return isOvertaken(first, nowMs) ? cut(first) : [head]
  // Who is still to get a message is the same within one.
  const alike = groups.flat().filter((one) => sameRecipients(one, head))
  return cut(alike)
}

/** Groups in order of the most urgent, then the oldest message; within one as it was. */
function rankGroups(waiting: readonly Delivery[]): Delivery[][] {
  const groups = new Map<string, { urgency: number; messages: Delivery[] }>()
  for (const one of waiting) {
    const group = groups.get(one.groupKey) ?? { urgency: 3, messages: [] }
    group.urgency = Math.min(group.urgency, urgencyOf(one.notice))
    group.messages.push(one)
    groups.set(one.groupKey, group)
  }
  return [...groups.values()]
    .sort((a, b) => a.urgency - b.urgency || ageOf(a.messages) - ageOf(b.messages))
    .map(({ messages }) => messages)
}

function ageOf([oldest]: readonly Delivery[]): number {
  return oldest?.createdAtMs ?? 0
}

/** Whether a group's first message would hold up what stands behind it: it waits, it failed, or something more urgent is there. */
function isOvertaken([head, ...others]: readonly Delivery[], nowMs: number): boolean {
  if (head === undefined || others.length === 0) return false
  const urgency = urgencyOf(head.notice)
  return (
    head.attempts > 0 ||
    head.notBeforeMs > nowMs ||
    others.some(({ notice }) => urgencyOf(notice) < urgency)
  )
}

function sameRecipients(a: Delivery, b: Delivery): boolean {
  return JSON.stringify(a.onlyTo) === JSON.stringify(b.onlyTo)
}

function cut(messages: readonly Delivery[]): Delivery[] {
  return messages.slice(0, MAX_NOTICES_PER_DIGEST).sort((a, b) => a.createdAtMs - b.createdAtMs)
}
