import { describe, expect, test } from 'vitest'
import { labelFingerprint } from '../../rules/alerts/fingerprint.ts'
import { buildPayload } from './alert-payload.ts'
import type { Notice } from '../notice.ts'
import { aNotice, aNoticeAlert } from '../testing/a-notice.ts'
import { anAlert, FIRED_AT_MS } from '../testing/a-transition.ts'

describe('the message of a notice', () => {
  test('is Alertmanager’s version 4 when something fires', () => {
    expect(buildPayload(aNotice())).toEqual({
      receiver: 'duty',
      status: 'firing',
      alerts: [
        {
          status: 'firing',
          labels: {
            alertname: 'filesystem_used',
            host: 'db1',
            path: '/u01',
            project: 'his',
            severity: 'critical',
          },
          annotations: {
            name: '文件系统空间不足',
            numbers: '本平台默认值',
            summary: '/u01 已使用 95%',
            threshold: '≥ 95%',
            value: '95%',
          },
          startsAt: '2026-11-22T04:31:31.219Z',
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL: 'http://monitor:8470/#/host/db1',
          fingerprint: labelFingerprint(anAlert().labels),
        },
      ],
      groupLabels: { alertname: 'filesystem_used', host: 'db1', path: '/u01', project: 'his' },
      commonLabels: anAlert().labels,
      commonAnnotations: {
        name: '文件系统空间不足',
        numbers: '本平台默认值',
        summary: '/u01 已使用 95%',
        threshold: '≥ 95%',
        value: '95%',
      },
      externalURL: 'http://monitor:8470/',
      version: '4',
      groupKey: '{}:{alertname="filesystem_used", host="db1", path="/u01", project="his"}',
      truncatedAlerts: 0,
    })
  })

  test('has the newest values in words', () => {
    const recent = [81.04, 86, 95].map((value, at) => ({ timeMs: at * 60_000, value }))
    const alerts = [aNoticeAlert({ alert: anAlert({ recent }) })]
    expect(buildPayload(aNotice({ alerts })).alerts[0]?.annotations).toMatchObject({
      recent: '近 2 分钟：81%、86%、95%',
    })
  })

  test('says the end when it is resolved, in the reader’s language', () => {
    const alert = anAlert({ endsAtMs: FIRED_AT_MS + 60_000 })
    const alerts = [aNoticeAlert({ alert, reason: 'rule' })]
    const payload = buildPayload(aNotice({ alerts, language: 'en' }))
    expect(payload.status).toBe('resolved')
    expect(payload.alerts).toMatchObject([
      {
        status: 'resolved',
        startsAt: '2026-11-22T04:31:31.219Z',
        endsAt: '2026-11-22T04:32:31.219Z',
        annotations: {
          ended_because: 'the rule was changed or removed',
          numbers: "this platform's default",
        },
      },
    ])
  })

  test('names the clauses that the rule serves, whose its numbers are, and what to do', () => {
    const alert = anAlert({
      clauses: [
        {
          id: 'B01',
          documents: [{ number: '001', system: { zh: '网上信访信息系统', en: 'petitions' } }],
          words: { zh: '每日自动备份', en: 'daily backup' },
          number: { zh: '每日', en: 'daily' },
        },
      ],
      numbers: 'contract',
      runbook: { zh: '查看备份日志', en: 'Read the log of the backup' },
    })
    const annotationsIn = (language: 'zh-CN' | 'en') =>
      buildPayload(aNotice({ alerts: [aNoticeAlert({ alert })], language })).alerts[0]?.annotations
    expect(annotationsIn('zh-CN')).toMatchObject({
      clauses: '001 网上信访信息系统：“每日自动备份”',
      numbers: '合同要求',
      runbook: '查看备份日志',
    })
    expect(annotationsIn('en')).toMatchObject({
      clauses: '001 (petitions): daily backup (“每日自动备份”)',
      numbers: "the contract's",
      runbook: 'Read the log of the backup',
    })
  })

  test('about a change of severity begins the one fingerprint and ends the other in one group', () => {
    const before = anAlert({ severity: 'warning', endsAtMs: FIRED_AT_MS + 60_000 })
    const alert = anAlert({ severitySinceMs: FIRED_AT_MS + 60_000 })
    const alerts = [aNoticeAlert({ alert }), aNoticeAlert({ alert: before, reason: 'severity' })]
    const payload = buildPayload(aNotice({ alerts }))
    expect(payload.status).toBe('firing')
    expect(payload.alerts.map(({ status, labels }) => [status, labels['severity']])).toEqual([
      ['firing', 'critical'],
      ['resolved', 'warning'],
    ])
    expect(payload.alerts[0]?.fingerprint).not.toBe(payload.alerts[1]?.fingerprint)
    expect(payload.commonLabels).not.toHaveProperty('severity')
    expect(payload.alerts[1]?.annotations['ended_because']).toBe('级别已变化')
  })

  test('quotes what the rule quotes while it fires', () => {
    const quote = 'mysqld (812) 98%'
    const alert = anAlert({ quote: 'top_processes.byCpu' })
    const quoted = (more: object) => {
      const alerts = [aNoticeAlert({ alert: { ...alert, ...more }, quote })]
      return buildPayload(aNotice({ alerts })).commonAnnotations
    }
    expect(quoted({})['top_processes']).toBe('mysqld (812) 98%')
    expect(quoted({ quote: 'account_ages.byAge' })['account_ages']).toBe('mysqld (812) 98%')
    expect(quoted({ endsAtMs: FIRED_AT_MS + 1 })).not.toHaveProperty('top_processes')
  })

  test('gives no number for a state: the summary has its word', () => {
    const alert = anAlert({ unit: 'state', value: 4 })
    const { commonAnnotations } = buildPayload(aNotice({ alerts: [aNoticeAlert({ alert })] }))
    expect(commonAnnotations).not.toHaveProperty('value')
  })

  test('says how many alerts it has no room for', () => {
    expect(buildPayload(aNotice({ truncated: 7 })).truncatedAlerts).toBe(7)
  })

  test('leaves out a number that JSON could not keep', () => {
    const alert = anAlert({ value: Number.POSITIVE_INFINITY })
    const kept: Notice = JSON.parse(JSON.stringify(aNotice({ alerts: [aNoticeAlert({ alert })] })))
    expect(buildPayload(kept).commonAnnotations).not.toHaveProperty('value')
  })
})
