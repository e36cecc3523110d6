import { describe, expect, test } from 'vitest'
import { describeDifference } from './describe-difference.ts'
import { findDifferences } from './find-differences.ts'
import { findDuties } from './find-duties.ts'
import { findMissing } from './find-missing.ts'
import { aProject } from './testing/a-project.ts'
import { Known, NOW_MS } from './testing/known.ts'

const PROJECT = aProject(`contract: {document: '001', year: 2026, from: 2026-01-01, to: 2026-12-31}
calendars: {always: {kind: {value: 7x24, clause: S03}}}
hosts: [{name: db-1, role: db, sources: [account, {type: mysql, name: his}]}, {name: db-2, role: app}]
backups: [{job: his, host: db-1, schedule: {value: 1d, clause: B01}, secondCopy: {clause: B02}}]
exchanges: [{flow: up, host: db-1, name: {zh: 上报, en: reports}, units: {value: 17, platform: true}}]
certificates: [{id: portal, name: 门户, owner: 甲, renewal: 采购, source: {host: db-1, name: web}}]
duty:
  team: {value: 3, platform: true}
  people: [{id: p, name: 占位, placeholder: true}]
  shifts: [{hours: '00:00-24:00', who: [p]}]`)

describe('what the file says, and what is there', () => {
  const wordsOf = (findings: ReturnType<typeof findMissing>, language: 'zh' | 'en' = 'zh') =>
    findings.map((finding) => {
      const difference = describeDifference(finding)
      return (
        difference &&
        `${difference.host} | ${difference.expected[language]} | ${difference.seen[language]}`
      )
    })

  test('where something is missing', () => {
    const known = new Known().probe('db-1', 'host.cpu', 'host').facts()
    expect(wordsOf(findMissing(PROJECT, known))).toEqual([
      'db-2 | 角色 app | 从未有数据',
      'db-1 | 数据源 account | 没有数据',
      'db-1 | 数据源 mysql:his | 没有数据',
      'db-1 | 备份作业 his | 没有数据',
      'db-1 | 备份作业 his 的第二份副本 | 没有数据',
      'db-1 | 数据流“上报” | 没有数据',
      'db-1 | 检查证书“门户” | 没有数据',
    ])
    expect(wordsOf(findMissing(PROJECT, known), 'en').join('\n')).not.toMatch(/undefined/)
  })

  test('where it is there otherwise', () => {
    const known = new Known()
      .probe('db-1', 'host.cpu', 'host')
      .add('db-1', 'backup_job', { job: 'his' }, { field: 'schedule_seconds', value: 604_800 })
      .add('db-1', 'exchange', { flow: 'up' }, { field: 'units_expected', value: 16 })
      .facts({ identities: [{ name: 'db-1', project: 'clinic', role: 'app' }] })
    expect(wordsOf(findMissing(PROJECT, known))).toEqual(
      expect.arrayContaining([
        'db-1 | 备份作业 his，每 1 天一次 | 每 7 天一次',
        'db-1 | 数据流“上报”有 17 家单位 | 16 家',
      ]),
    )
    expect(wordsOf(findDifferences(PROJECT, known))).toEqual([
      'db-1 | 角色：项目文件中为“db” | 监控中心配置为“app”',
    ])
  })

  test('and the roster is none of it', () => {
    const found = findDuties(PROJECT, NOW_MS)
    expect(found.length).toBeGreaterThan(0)
    expect(wordsOf(found).filter((words) => words !== undefined)).toEqual([])
  })
})
