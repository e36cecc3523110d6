import type { LocalizedText } from '@wardround/protocol'
import type { CopyReadError } from './copy-reader.ts'
import { MOST_FILES } from './list-place.ts'

/** Why a directory of copies could not be looked at, and what to do. */
export function describeReadProblem(
  { code, message }: CopyReadError,
  directory: string,
): LocalizedText {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return {
        zh: `${directory} 不存在；请检查设备是否接入并挂载`,
        en: `${directory} is not there; see whether the device is attached and mounted`,
      }
    case 'EACCES':
    case 'EPERM':
      return {
        zh: `没有读取 ${directory} 的权限；可执行 setfacl -R -m u:wardround:rX ${directory}`,
        en: `${directory} may not be read; for instance setfacl -R -m u:wardround:rX ${directory}`,
      }
    case 'HANGING':
      return {
        zh: `${directory} 所在的设备没有应答；请检查该设备及其挂载`,
        en: `the device of ${directory} does not answer; see to it and its mount`,
      }
    case 'TOO_MANY_FILES':
      return {
        zh: `${directory} 中的文件太多（${message}）；请用 files 限定范围，最多 ${MOST_FILES} 个文件`,
        en: `${directory} has too many files (${message}); narrow it with files, ${MOST_FILES} at most`,
      }
    default:
      return {
        zh: `${directory} 无法读取（${message}）`,
        en: `${directory} can't be read (${message})`,
      }
  }
}
