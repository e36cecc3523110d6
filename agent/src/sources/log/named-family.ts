import { basename, dirname } from 'node:path'
import type { LocalizedText } from '@wardround/protocol'
import { datedFamily, plainFamily, type LogFamily } from './log-family.ts'

/** The log that a path of agent.yaml names; a `*` in the name of the file stands for a date. */
export function namedFamily(path: string): LogFamily {
  const [prefix, suffix] = basename(path).split('*')
  return suffix === undefined ? plainFamily(path) : datedFamily(dirname(path), prefix ?? '', suffix)
}

/** What is wrong with a path of agent.yaml. */
export function problemOfPath(path: string): LocalizedText | undefined {
  if (!path.startsWith('/') && !/^[A-Za-z]:[\\/]/.test(path))
    return { zh: `${path} 不是绝对路径`, en: `${path} is no absolute path` }
  if (dirname(path).includes('*'))
    return { zh: `${path}：目录中不能有 *`, en: `${path}: no * in its directory` }
  if (basename(path).split('*').length > 2)
    return { zh: `${path}：只能有一个 *，代表日期`, en: `${path}: one * at most, for a date` }
  return undefined
}
