import type { LocalizedText } from '@wardround/protocol'

/** What looking into a file of a backup gave. */
export interface FileCheck {
  readonly isWhole: boolean
  /** Why not, in both languages. */
  readonly message?: LocalizedText | undefined
  /** Undefined where nothing in it was looked at. */
  readonly verified?: boolean | undefined
  readonly checksumOk?: boolean | undefined
  /** Where the file stands for a set of others. */
  readonly bytes?: number | undefined
}

export function broken(zh: string, en: string, more: Partial<FileCheck> = {}): FileCheck {
  return { isWhole: false, verified: false, message: { zh, en }, ...more }
}
