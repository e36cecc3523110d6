import { stat } from 'node:fs/promises'
import { ProbeError } from '../../probe.ts'

/** What a program said when it failed, its first line. */
export function failed(program: string, exitCode: number, stderr: string): ProbeError {
  const said = stderr.trim().split('\n')[0]?.slice(0, 300) ?? ''
  return new ProbeError('UNREADABLE', {
    zh: `${program} 失败（退出码 ${exitCode}）：${said}`,
    en: `${program} failed with ${exitCode}: ${said}`,
  })
}

export async function exists(path: string): Promise<boolean> {
  return (await modifiedAtMs(path)) !== undefined
}

export async function modifiedAtMs(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs
  } catch {
    return undefined // not there, or not to be seen: the same as not known
  }
}

export function newest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? undefined : Math.max(...known)
}
