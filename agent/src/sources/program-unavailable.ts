import type { LocalizedText } from '@wardround/protocol'
import { NoDataError } from '../probe.ts'

/** A program can't be run here until a person installs or grants something: no failure of a run, and worth a remark. */
export class ProgramUnavailable extends NoDataError {
  readonly why: 'not-installed' | 'no-helper'
  override readonly text: LocalizedText

  constructor(why: ProgramUnavailable['why'], text: LocalizedText) {
    super(text)
    this.why = why
    this.text = text
  }
}
