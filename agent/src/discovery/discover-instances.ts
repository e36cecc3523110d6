import { findMysql } from './find-mysql.ts'
import { findOracle } from './find-oracle.ts'
import { findPostgresql } from './find-postgresql.ts'
import { findTomcat } from './find-tomcat.ts'
import type { Found } from './found-instance.ts'
import type { MachineView } from './machine-view.ts'

/** All databases and Tomcats that run on this machine, as far as this user sees them. */
export function discoverInstances(machine: MachineView): Found {
  const found = [findOracle, findPostgresql, findMysql, findTomcat].map((find) => find(machine))
  const asides = found.flatMap((one) => one.asides)
  return {
    instances: found.flatMap(({ instances }) => instances),
    asides: [...asides, ...describeUnseen(machine)],
  }
}

const NAMED = 5

/** What this user may not see, where that may hide something. */
function describeUnseen(machine: MachineView): Found['asides'] {
  const { denied, processes } = machine
  if (!processes.some(({ pid }) => pid === 1)) denied.add('/proc/1')
  if (denied.size === 0) return []
  const names = [...denied].slice(0, NAMED).join(', ')
  const more = denied.size > NAMED ? ', …' : ''
  return [
    {
      zh: `无权查看：${names}${more}（共 ${denied.size} 处）；以 root 运行 discover 可以看全`,
      en: `May not be looked at: ${names}${more} (${denied.size} places); discover sees all of it as root`,
    },
  ]
}
