import { ProbeError } from '../../probe.ts'

/** Counts a list of processors as /sys/devices/system/cpu/online has it: `0-3,8-11`. @param file names it in errors */
export function countCpuList(text: string, file: string): number {
  let count = 0
  for (const range of text.trim().split(',')) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(range)
    if (match === null)
      throw new ProbeError('UNPARSABLE', {
        zh: `${file}:1：应为 0-3,8 这样的范围`,
        en: `${file}:1: ranges such as 0-3,8 were expected`,
      })
    count += Number(match[2] ?? match[1]) - Number(match[1]) + 1
  }
  return count
}
