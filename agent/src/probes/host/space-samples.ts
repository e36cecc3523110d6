import { ProbeError, type FieldValues } from '../../probe.ts'
import type { Space, SpaceAnswer } from '../../sources/space-answer.ts'
import type { ChosenMount } from './choose-mounts.ts'

/** Fields of `disk`, as Telegraf has them; the share in use is that of df(1), which leaves out what is reserved for root. */
export function toDiskFields(space: Space): FieldValues {
  const { totalBytes, availableBytes, freeBytes, inodes, inodesFree } = space
  const used = totalBytes - freeBytes
  const usable = used + availableBytes
  const fields = {
    total: totalBytes,
    free: availableBytes,
    used,
    used_percent: usable > 0 ? (100 * used) / usable : undefined,
  }
  // btrfs, vfat and others make inodes as they need them, and say 0.
  if (inodes === 0) return fields
  return {
    ...fields,
    inodes_total: inodes,
    inodes_free: inodesFree,
    inodes_used: inodes - inodesFree,
    inodes_used_percent: (100 * (inodes - inodesFree)) / inodes,
  }
}

/** The failure of the whole run that the answers come to; the worst where there are several. */
export function toRunFailure(
  mounts: readonly ChosenMount[],
  answers: readonly SpaceAnswer[],
): ProbeError | undefined {
  const texts: string[] = []
  let hanging = false
  for (const [index, { path, device, fstype }] of mounts.entries()) {
    const answer = answers[index]
    const name = `${path} (${fstype}, ${device})`
    if (answer?.kind === 'hanging') {
      hanging = true
      texts.push(`${name} does not answer`)
    }
    if (answer?.kind === 'failed') texts.push(`${name} could not be asked: ${answer.code}`)
  }
  if (texts.length === 0) return undefined
  const advice = hanging ? '; look at its server, or unmount it' : ''
  return new ProbeError(hanging ? 'NOT_ANSWERING' : 'UNREADABLE', texts.join('; ') + advice)
}
