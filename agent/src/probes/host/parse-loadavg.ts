import { ByteScanner } from '../../sources/byte-scanner.ts'

export interface LoadAverages {
  readonly load1: number
  readonly load5: number
  readonly load15: number
}

/** Parses /proc/loadavg (proc(5)). */
export function parseLoadavg(bytes: Uint8Array): LoadAverages {
  const scanner = new ByteScanner(bytes, '/proc/loadavg')
  if (!scanner.nextLine()) throw scanner.problem({ zh: '文件为空', en: 'the file is empty' })
  return { load1: scanner.number(), load5: scanner.number(), load15: scanner.number() }
}
