import { createHash } from 'node:crypto'
import type { LogRecord } from './record-grouper.ts'

/**
 * The log, the place and what stands there. No inode: a copy has another one, and inodes are used again; no two records of different
 * files share a key unless they are alike to the letter.
 */
export function keyOf(label: string, { offset, lines }: LogRecord): string {
  return `${digest(label)}:${offset}:${digest(lines.join('\n'))}`
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
