import { errorCodeOf } from './error-code.ts'
import { EXIT } from './exit-codes.ts'
import type { LocalizedText } from './language.ts'

/** Node's error for a system call that failed. */
interface SystemError extends Error {
  readonly code: string
  readonly syscall: string
  /** File, or address, that it was about. */
  readonly path?: string
}

/** What the codes mean; Node's own message says it in English. */
const CHINESE: Readonly<Record<string, string>> = {
  EACCES: '权限不足',
  EPERM: '不允许该操作',
  ENOENT: '没有该文件或目录',
  ENOTDIR: '路径中有一段不是目录',
  EISDIR: '是目录，不是文件',
  EEXIST: '已存在',
  ENOSPC: '磁盘空间不足',
  EDQUOT: '超出磁盘配额',
  EROFS: '文件系统只读',
  EIO: '磁盘读写出错',
  EMFILE: '打开的文件太多',
  ENAMETOOLONG: '路径太长',
  ECONNREFUSED: '连接被拒绝',
  ETIMEDOUT: '连接超时',
  ENOTFOUND: '找不到该主机名',
}

const EXIT_CODES: Readonly<Record<string, number>> = {
  EACCES: EXIT.notPermitted,
  EPERM: EXIT.notPermitted,
  ECONNREFUSED: EXIT.unreachable,
  ETIMEDOUT: EXIT.unreachable,
  ENOTFOUND: EXIT.unreachable,
}

/** The same in English, for codes that a reader of a configuration meets. */
const ENGLISH: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  ENOENT: 'no such file or directory',
  ENOTDIR: 'a part of the path is no directory',
  EISDIR: 'a directory, not a file',
  EIO: 'the disk failed',
}

/** Why a file could not be read: `没有该文件或目录（ENOENT）`, the error's own words where it is none of the system's. */
export function describeUnreadable(error: unknown): LocalizedText {
  const code = errorCodeOf(error)
  if (code === undefined) {
    const words = error instanceof Error ? error.message : String(error)
    return { zh: `无法读取（${words}）`, en: `can't be read (${words})` }
  }
  const [zh, en] = [CHINESE[code], ENGLISH[code]]
  return {
    zh: zh === undefined ? `无法读取（${code}）` : `无法读取：${zh}（${code}）`,
    en: en === undefined ? `can't be read (${code})` : `can't be read: ${en} (${code})`,
  }
}

export function isSystemError(error: unknown): error is SystemError {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return false
  return typeof error.code === 'string' && typeof error.syscall === 'string'
}

/** Which file, what is wrong with it, and the call that found out. */
export function describeSystemError({ code, syscall, path, message }: SystemError): LocalizedText {
  const chinese = CHINESE[code]
  if (chinese === undefined) return { zh: message, en: message }
  const where = path === undefined ? '' : `${path}：`
  return { zh: `${where}${chinese}（${syscall}，${code}）`, en: message }
}

/** The exit code of a program that ends by it. */
export function exitCodeOfSystemError({ code }: SystemError): number {
  return EXIT_CODES[code] ?? EXIT.failed
}
