/** A place between records, comparable by (segment, offset). `segment` is the number in the file's name, `offset` is bytes into the file. */
export interface Position {
  readonly segment: number
  readonly offset: number
}

/** Whether both parts are whole numbers from 0 on: what comes out of a damaged cursor file may be anything. */
export function isPosition({ segment, offset }: Position): boolean {
  return (
    Number.isSafeInteger(segment) && segment >= 0 && Number.isSafeInteger(offset) && offset >= 0
  )
}

/** Negative when `a` comes before `b`, 0 when they are one place. */
export function comparePositions(a: Position, b: Position): number {
  return a.segment - b.segment || a.offset - b.offset
}
