import { EXIT } from '@wardround/program'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StartError } from '../errors.ts'

/** In the state directory of a collector that shows invented data. */
const MARK = 'DEMO-DATA.txt'

const TEXT = `本目录只有虚构的演示数据（npm run demo），没有任何真实主机的数据；正式的监控中心不会使用它。
This directory holds nothing but the invented data of a demo (npm run demo); no real collector uses it.
`

/**
 * Keeps invented and real data apart on disk: a fresh state directory is marked as what it is to be, and one of the other kind is refused. The caller
 * holds the directory's lock.
 * @throws StartError STATE_IS_DEMO, STATE_IS_REAL; the system's error where the mark can't be written
 */
export async function markStateKind(directory: string, isDemo: boolean): Promise<void> {
  const mark = join(directory, MARK)
  if (existsSync(mark)) {
    if (!isDemo) throw isDemoState(directory)
    return
  }
  if (!isDemo) return
  if (existsSync(join(directory, 'state.db'))) throw isRealState(directory)
  await writeFile(mark, TEXT, { mode: 0o640 })
}

function isDemoState(directory: string): StartError {
  const text = {
    zh: `状态目录 ${directory} 中是演示数据，正式的监控中心不能使用；请用 --state 另选目录`,
    en: `state directory ${directory} holds demo data, which a real collector must not use; give another --state directory`,
  }
  return new StartError('STATE_IS_DEMO', text, EXIT.failed)
}

function isRealState(directory: string): StartError {
  const text = {
    zh: `状态目录 ${directory} 中有真实数据，演示（demo: true）不能使用；请用 --state 另选目录`,
    en: `state directory ${directory} holds real data, which a demo (demo: true) must not use; give another --state directory`,
  }
  return new StartError('STATE_IS_REAL', text, EXIT.failed)
}
