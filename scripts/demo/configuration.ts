import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { projectFiles } from './projects.ts'

/** Where the demo keeps what it makes. */
export interface DemoPlaces {
  /** The directory of it all; nothing else is in it. */
  readonly directory: string
  /** HOST:PORT */
  readonly address: string
}

export function stateOf({ directory }: DemoPlaces): string {
  return join(directory, 'collector')
}

export function configOf({ directory }: DemoPlaces): string {
  return join(directory, 'collector.yaml')
}

interface HostEntry {
  readonly name: string
  readonly displayName: string
  readonly project: string
  readonly role: string
}

const HEALTH = 'demo-health'
const SUPPLIES = 'demo-supplies'
const PLACE = '示例机房'

const HOSTS: readonly HostEntry[] = [
  { name: 'demo-ora-1', displayName: '保健数据库（主库）', project: HEALTH, role: 'oracle' },
  { name: 'demo-ora-2', displayName: '报表数据库', project: HEALTH, role: 'oracle' },
  { name: 'demo-ora-3', displayName: '保健数据库（备库）', project: HEALTH, role: 'oracle' },
  { name: 'demo-app-1', displayName: '保健应用一', project: HEALTH, role: 'tomcat' },
  { name: 'demo-app-2', displayName: '保健应用二', project: HEALTH, role: 'tomcat' },
  { name: 'demo-fc-1', displayName: '光纤交换机', project: HEALTH, role: 'fc-switch' },
  { name: 'demo-array-1', displayName: '磁盘阵列', project: HEALTH, role: 'array' },
  { name: 'demo-bmc-1', displayName: '保健数据库（主库）管理卡', project: HEALTH, role: 'bmc' },
  { name: 'demo-pg-1', displayName: '物资数据库', project: SUPPLIES, role: 'postgresql' },
  { name: 'demo-my-1', displayName: '订单数据库', project: SUPPLIES, role: 'mysql' },
  { name: 'demo-ops-1', displayName: '运维与数据交换', project: HEALTH, role: 'ops' },
]

/** collector.yaml of the demo. No channel: what would be told to people is only shown. */
function collectorYaml(places: DemoPlaces): string {
  const hosts = HOSTS.map(
    (host) => `  - ${JSON.stringify({ ...host, place: PLACE, owner: '值班员甲' })}`,
  )
  return `# 演示数据（npm run demo）：所有主机、设备、人员均为虚构；每次启动重写本文件。
# Demo data (npm run demo): all hosts, devices and people are invented; every start writes this file anew.
demo: true
listen: ${places.address}
state: ${JSON.stringify(stateOf(places))}
projects: { directory: ${JSON.stringify(join(places.directory, 'projects.d'))} }
retention: { raw: 45d }
hosts:
${hosts.join('\n')}
`
}

/** Writes the configuration and the project files, anew at each start. */
export async function writeConfiguration(places: DemoPlaces, bornMs: number): Promise<void> {
  const projects = join(places.directory, 'projects.d')
  await mkdir(projects, { recursive: true })
  await writeFile(configOf(places), collectorYaml(places), { mode: 0o640 })
  for (const [name, text] of Object.entries(projectFiles(bornMs)))
    await writeFile(join(projects, name), text, { mode: 0o640 })
}
