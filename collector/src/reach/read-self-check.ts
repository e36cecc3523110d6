import { parseDurationMs } from '@wardround/program'
import { ChannelSettingsError } from '../notify/channels/settings-reader.ts'
import type { SelfCheckSettings } from '../notify/watch-settings.ts'
import { type CheckTarget, CheckTargetError, parseTarget } from './check-target.ts'
import type { SelfCheck } from './own-network.ts'

/** @throws ChannelSettingsError with the place of a target that can't be used */
export function readSelfCheck(settings: SelfCheckSettings | undefined): SelfCheck | undefined {
  if (settings === undefined) return undefined
  return {
    targets: settings.targets.map(readTarget),
    everyMs: Math.max(1_000, parseDurationMs(settings.every)),
    afterMs: parseDurationMs(settings.after),
  }
}

function readTarget(text: string, index: number): CheckTarget {
  try {
    return parseTarget(text)
  } catch (error) {
    if (!(error instanceof CheckTargetError)) throw error
    const path = ['selfCheck', 'targets', index]
    throw new ChannelSettingsError(path, error.text, { cause: error })
  }
}
