import type { KeyObject } from 'node:crypto'
import type { LocalizedText } from '@wardround/protocol'
import { parseRecord, type SoundRecord } from './backup-record.ts'

/** The end of the chain as it was when a line was last added. */
export interface ChainHead {
  readonly count: number
  readonly digest: string
}

export interface CheckedChain {
  /** Lines that are sound, each signed and at its place. */
  readonly records: readonly SoundRecord[]
  /** What shows that lines were changed or removed. */
  readonly problem: LocalizedText | undefined
}

/**
 * Checks signature, number and link of every line, and that the end is not missing. A line that is not sound counts for nothing. One without its
 * end, after the last that the head knows, is being added or was cut off then: nobody was told that it is recorded.
 */
export function checkChain(
  text: string,
  publicKey: KeyObject,
  head: ChainHead | undefined,
): CheckedChain {
  const ended = text.slice(0, text.lastIndexOf('\n') + 1)
  const lines = ended.split('\n').filter((line) => line !== '')
  const parsed = lines.map((line) => parseRecord(line, publicKey))
  const broken = parsed.findIndex((sound, at) => !isAtItsPlace(sound, parsed[at - 1], at))
  const records = parsed.filter((sound) => sound !== undefined)
  if (broken >= 0) return { records, problem: brokenAt(broken + 1) }
  if (head !== undefined && records[head.count - 1]?.digest !== head.digest)
    return { records, problem: brokenAt(records.length + 1) }
  return { records, problem: undefined }
}

function isAtItsPlace(
  sound: SoundRecord | undefined,
  before: SoundRecord | undefined,
  at: number,
): boolean {
  return sound?.record.number === at + 1 && sound.record.previous === (before?.digest ?? '')
}

function brokenAt(line: number): LocalizedText {
  return {
    zh: `备份登记记录第 ${line} 行被改动或删除，签名链在此断开；请核对登记文件与监控中心的事件`,
    en: `line ${line} of the backup records was changed or removed: the chain of signatures breaks there; compare the file with the events at the collector`,
  }
}
