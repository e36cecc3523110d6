import { ControlError, lockStateDirectory, StateLockedError } from '@wardround/program'
import { markStateKind } from '../state/demo-mark.ts'
import { openStateTables, type StateTables } from '../state/tables.ts'
import type { ConfiguredState } from './common-options.ts'

/**
 * Works on the state of a collector that does not run, which was looked for in vain at `tried`.
 * @throws ControlError where somebody holds the directory and can't be asked
 */
export async function withStoppedState<Result>(
  { directory, isDemo }: Pick<ConfiguredState, 'directory' | 'isDemo'>,
  tried: readonly string[],
  work: (tables: StateTables) => Result,
): Promise<Result> {
  const lock = await lockForToken(directory, tried)
  try {
    await markStateKind(directory, isDemo)
    const { tables } = await openStateTables({ directory })
    try {
      return work(tables)
    } finally {
      tables.upkeep.close()
    }
  } finally {
    await lock[Symbol.asyncDispose]()
  }
}

/** @throws ControlError where somebody holds the directory and can't be asked */
async function lockForToken(directory: string, tried: readonly string[]): Promise<AsyncDisposable> {
  try {
    return await lockStateDirectory(directory, 'wardround-collector token create')
  } catch (error) {
    if (!(error instanceof StateLockedError)) throw error
    const { zh, en } = error.text
    throw new ControlError({
      zh: `${zh}。以下位置均无应答：${tried.join('、')}`,
      en: `${en}. Nothing answers on ${tried.join(', ')}`,
    })
  }
}
