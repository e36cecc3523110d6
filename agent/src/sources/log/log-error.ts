import { userInfo } from 'node:os'
import { dirname } from 'node:path'
import { errorCodeOf } from '@wardround/program/error-code'
import { ProbeError } from '../../probe.ts'

/** What a failed look at a log means for a person; undefined where the file is simply not there. */
export function toLogError(error: unknown, path: string): ProbeError | undefined {
  const code = errorCodeOf(error)
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
  const cause = { cause: error }
  if (code !== 'EACCES' && code !== 'EPERM') {
    const reason = error instanceof Error ? error.message : String(error)
    const text = { zh: `无法读取 ${path}：${reason}`, en: `${path} can't be read: ${reason}` }
    return new ProbeError('UNREADABLE', text, cause)
  }
  const cure = readableBy(ownName(), path)
  const text = {
    zh: `无权读取 ${path}；请以 root 执行：${cure}（上级目录也须可进入，namei -l 可查）`,
    en: `${path} may not be read; as root: ${cure} (the directories above must let it pass, too: namei -l shows them)`,
  }
  return new ProbeError('NOT_PERMITTED', text, cause)
}

/** Makes a log and its successors readable for one account, without a group such as oinstall or dba. */
function readableBy(account: string, path: string): string {
  const directory = dirname(path)
  return `setfacl -m u:${account}:r '${path}' && setfacl -m u:${account}:rx -m d:u:${account}:r '${directory}'`
}

function ownName(): string {
  try {
    return userInfo().username
  } catch {
    return 'wardround' // the account has no entry in passwd
  }
}
