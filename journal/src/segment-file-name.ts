/**
 * `<segment, 16 hex digits>-<number of its first record, 8 hex digits>.seg`. The first number is in the header too; in the name it outlives damage to the
 * file's first block, so that the records lost there can be counted.
 */
const SEGMENT_FILE = /^([0-9a-f]{16})-([0-9a-f]{8})\.seg(?:\.moving)?$/

/** Ends the name of a segment on its way to its right name (segment-names.ts). */
export const MOVING = '.moving'

export interface SegmentName {
  readonly segment: number
  /** Number of its first record, modulo 2^32. */
  readonly firstNumber: number
}

export function formatSegmentFileName({ segment, firstNumber }: SegmentName): string {
  const number = firstNumber.toString(16).padStart(8, '0')
  return `${segment.toString(16).padStart(16, '0')}-${number}.seg`
}

/** What a segment file's name says, or undefined for any other file. */
export function parseSegmentFileName(name: string): SegmentName | undefined {
  const [, segment, firstNumber] = SEGMENT_FILE.exec(name) ?? []
  if (segment === undefined || firstNumber === undefined) return undefined
  const parsed = {
    segment: Number.parseInt(segment, 16),
    firstNumber: Number.parseInt(firstNumber, 16),
  }
  return Number.isSafeInteger(parsed.segment) ? parsed : undefined
}
