import type { FieldDeclaration } from '@wardround/protocol'
import { counter, percent } from '../../field.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { host } from '../../sources/host.ts'
import { parsePressure } from './parse-pressure.ts'

const RESOURCES = ['cpu', 'memory', 'io'] as const

/**
 * Time that tasks waited for a resource. Source: /proc/pressure. Needs: a kernel with PSI switched on
 * (some distributions need psi=1 at boot). Since: Linux 4.20. Names: Telegraf's kernel with psi.
 */
export default defineProbe({
  name: 'host.pressure',
  source: host,
  platforms: ['linux'],
  everySeconds: 10,
  cost: 'cheap',
  reads: '/proc/pressure/cpu, memory, io',
  needs: 'none',
  help: {
    zh: '因 CPU、内存、I/O 不足而等待的时间（PSI）；内核未启用时没有数据',
    en: 'Time lost waiting for CPU, memory and I/O (PSI); no data where the kernel has it off',
  },
  measurements: {
    pressure: {
      identifyingTags: ['resource', 'type'],
      fields: {
        avg10: average('10 秒', '10 s'),
        avg60: average('60 秒', '60 s'),
        avg300: average('300 秒', '300 s'),
        total: counter('count', '累计等待时间（微秒）', 'Time waited since boot, microseconds'),
      },
    },
  },
  sample({ session, emit }) {
    let found = false
    for (const resource of RESOURCES) {
      const path = `/proc/pressure/${resource}`
      const bytes = session.files.readIfThere(path)
      if (bytes === undefined) continue
      found = true
      for (const { type, ...values } of parsePressure(bytes, path)) {
        // The whole machine never has all its tasks waiting for CPU: the kernel writes a constant 0.
        if (resource === 'cpu' && type === 'full') continue
        emit('pressure', { resource, type }, values)
      }
    }
    if (!found)
      throw new NoDataError({
        zh: '没有 /proc/pressure，或未启用',
        en: '/proc/pressure is not there, or switched off',
      })
  },
})

function average(zh: string, en: string): FieldDeclaration {
  return percent(
    `最近 ${zh}内有任务在等待的时间占比`,
    `Share of the last ${en} in which tasks waited`,
  )
}
