import type { LocalizedText } from '@wardround/protocol'
import { ProbeError } from '../probe.ts'

/** Values of /proc/meminfo by name: bytes where the file says kB, else plain counts (huge pages). */
export type Meminfo = ReadonlyMap<string, number>

const LINE = /([^:\n]+):[ \t]*(\d+)( kB)?[ \t]*(?:\n|$)/y

/** Parses /proc/meminfo (proc(5)). */
export function parseMeminfo(bytes: Buffer): Meminfo {
  const text = bytes.toString('latin1')
  const values = new Map<string, number>()
  LINE.lastIndex = 0
  let end = 0
  while (end < text.length) {
    const [line, name, value, unit] = LINE.exec(text) ?? []
    if (line === undefined || name === undefined)
      throw problem(values.size + 1, {
        zh: '应为“名称: 值 kB”',
        en: '`Name: value kB` was expected',
      })
    values.set(name, unit === undefined ? Number(value) : Number(value) * 1024)
    end += line.length
  }
  if (!values.has('MemTotal'))
    throw problem(Math.max(1, values.size), { zh: '缺少 MemTotal', en: 'MemTotal is missing' })
  return values
}

function problem(line: number, { zh, en }: LocalizedText): ProbeError {
  const place = `/proc/meminfo:${line}`
  return new ProbeError('UNPARSABLE', { zh: `${place}：${zh}`, en: `${place}: ${en}` })
}
