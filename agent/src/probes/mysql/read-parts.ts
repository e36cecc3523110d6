import type { LocalizedText } from '@wardround/protocol'
import { NoDataError, ProbeError } from '../../probe.ts'

/**
 * Reads the parts of a probe one after the other. One that the account may not read is remarked, one that is switched off or not for this
 * server is passed over, and the others go on.
 * @throws what the first part threw, where none of them could be read; anything else at once
 */
export async function readParts(
  remark: (text: LocalizedText) => void,
  parts: readonly (() => Promise<void>)[],
): Promise<void> {
  const failures: (NoDataError | ProbeError)[] = []
  for (const part of parts) {
    try {
      await part()
    } catch (error) {
      if (!isPassedOver(error)) throw error
      failures.push(error)
    }
  }
  const [first] = failures.toSorted((a, b) => rank(a) - rank(b))
  if (first !== undefined && failures.length === parts.length) throw first
  for (const { text } of failures.filter((failure) => failure instanceof ProbeError))
    if (text !== undefined) remark(text)
}

function isPassedOver(error: unknown): error is NoDataError | ProbeError {
  if (error instanceof NoDataError) return true
  return error instanceof ProbeError && error.code === 'NOT_PERMITTED'
}

/** A missing grant says more than a part that is not for this server. */
function rank(failure: NoDataError | ProbeError): number {
  return failure instanceof ProbeError ? 0 : 1
}
