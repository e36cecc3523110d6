import { DAY_MS } from './faults.ts'

/** The project files, by name: in the shape of deploy/projects, with a contract that runs now. */
export function projectFiles(bornMs: number): Readonly<Record<string, string>> {
  const from = dayOf(bornMs - 20 * DAY_MS)
  const contract = { year: Number(from.slice(0, 4)), from, to: dayOf(bornMs + 344 * DAY_MS) }
  return { 'demo-health.yaml': health(contract), 'demo-supplies.yaml': supplies(contract) }
}

interface Contract {
  readonly year: number
  readonly from: string
  readonly to: string
}

function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10)
}

const HEAD = `# 演示数据：虚构的项目文件，形状同 deploy/projects；人员均为虚构的岗位代称。
# Demo data: an invented project file in the shape of deploy/projects; the people are invented posts.
`

const PEOPLE = `  people:
    - { id: duty-a, name: 值班员甲 }
    - { id: duty-b, name: 值班员乙 }
    - { id: dba, name: 数据库工程师丙 }
  shifts:
    - hours: 00:00-24:00
      rotation:
        starts: 2026-01-05
        everyDays: 1
        groups: [[duty-a], [duty-b], [dba]]
`

function health({ year, from, to }: Contract): string {
  return `${HEAD}project: demo-health
name: { zh: 示例保健信息系统（演示）, en: Sample healthcare system (demo) }
shortName: 示例保健
contract: { document: '002', year: ${year}, from: ${from}, to: ${to} }
places:
  - { id: server-room, name: 示例机房, zone: site }
hosts:
  - { name: demo-ora-1, role: oracle, place: server-room, sources: [host, oracle] }
  - { name: demo-ora-2, role: oracle, place: server-room, sources: [host, oracle] }
  - { name: demo-ora-3, role: oracle, place: server-room, sources: [host, oracle] }
  - { name: demo-app-1, role: tomcat, place: server-room, sources: [host, tomcat] }
  - { name: demo-app-2, role: tomcat, place: server-room, sources: [host, tomcat] }
  - { name: demo-ops-1, role: ops, place: server-room, sources: [host] }
hostCount:
  - { role: oracle, value: 3, clause: D01 }
devices:
  - { name: demo-fc-1, role: fc-switch, place: server-room, polledBy: demo-ops-1 }
  - { name: demo-array-1, role: array, place: server-room, polledBy: demo-ops-1 }
  - { name: demo-bmc-1, role: bmc, place: server-room, polledBy: demo-ops-1 }
backups:
  - job: health-full
    host: demo-ora-1
    schedule: { value: 1d, platform: true, note: 演示 }
  - job: report-full
    host: demo-ora-2
    schedule: { value: 1d, platform: true, note: 演示 }
exchanges:
  - flow: city-upload
    host: demo-ops-1
    name: { zh: 上传市级平台, en: Upload to the city's platform }
    window: { value: 1d, platform: true, note: 演示 }
  - flow: district-reports
    host: demo-ops-1
    name: { zh: 各区上报（16 个区）, en: Reports of 16 districts }
    window: { value: 1d, platform: true, note: 演示 }
    units: { value: 16, platform: true, note: 演示 }
calendars:
  always: { kind: { value: 7x24, platform: true, note: 演示 } }
sla:
  - id: all
    name: { zh: 故障恢复, en: Restoring production }
    resolve: { value: 8h, calendar: always, clause: S04 }
duty:
  least:
    - { when: always, people: { value: 1, platform: true, note: 演示 } }
${PEOPLE}counts:
  - kind: inspection
    name: { zh: 系统巡检, en: Inspections }
    atLeast: { value: 12, platform: true, note: 演示 }
`
}

function supplies({ year, from, to }: Contract): string {
  return `${HEAD}project: demo-supplies
name: { zh: 示例物资监测系统（演示）, en: Sample supplies system (demo) }
shortName: 示例物资
contract: { document: '003', year: ${year}, from: ${from}, to: ${to} }
places:
  - { id: server-room, name: 示例机房, zone: site }
hosts:
  - { name: demo-pg-1, role: postgresql, place: server-room, sources: [host, postgresql] }
  - { name: demo-my-1, role: mysql, place: server-room, sources: [host, mysql] }
backups:
  - job: supplies-daily
    host: demo-pg-1
    schedule: { value: 1d, platform: true, note: 演示 }
  - job: orders-daily
    host: demo-my-1
    schedule: { value: 1d, platform: true, note: 演示 }
exchanges:
  - flow: supplies-daily
    host: demo-pg-1
    name: { zh: 每日上报（172 家单位）, en: Daily reports of 172 units }
    window: { value: 1d, platform: true, note: 演示 }
    units: { value: 172, clause: E05 }
calendars:
  always: { kind: { value: 7x24, clause: S20 } }
sla:
  - id: all
    name: { zh: 故障, en: Faults }
    respond: { value: 0.5h, calendar: always, clause: S05 }
    resolve: { value: 4h, calendar: always, clause: S05 }
duty:
  least:
    - { when: always, people: { value: 1, platform: true, note: 演示 } }
${PEOPLE}counts:
  - kind: quarterly_pack
    name: { zh: 季度运维材料, en: Quarterly packs }
    atLeast: { value: 4, clause: R10 }
`
}
