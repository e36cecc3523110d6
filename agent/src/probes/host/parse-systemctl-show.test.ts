import { describe, expect, test } from 'vitest'

import { parseSystemctlShow } from './parse-systemctl-show.ts'

const SHOW = `Id=cron.service
LoadState=loaded
ActiveState=active
SubState=running
NRestarts=2
MemoryCurrent=1433600

NRestarts=0
MemoryCurrent=[not set]
Id=systemd-fsck@dev-disk-by\\x2duuid-ab=cd.service
LoadState=loaded
ActiveState=inactive
SubState=dead


Id=httpd.service
LoadState=loaded
ActiveState=failed
SubState=failed
MemoryCurrent=18446744073709551615
`

describe('parseSystemctlShow', () => {
  test('reads units whatever the order of their properties', () => {
    expect(parseSystemctlShow(SHOW)).toEqual([
      {
        name: 'cron.service',
        load: 'loaded',
        active: 'active',
        sub: 'running',
        restarts: 2,
        memoryBytes: 1_433_600,
      },
      {
        name: 'systemd-fsck@dev-disk-by\\x2duuid-ab=cd.service',
        load: 'loaded',
        active: 'inactive',
        sub: 'dead',
        restarts: 0,
        memoryBytes: undefined,
      },
      {
        name: 'httpd.service',
        load: 'loaded',
        active: 'failed',
        sub: 'failed',
        restarts: undefined,
        memoryBytes: undefined,
      },
    ])
  })

  test('finds no unit in an empty output', () => {
    expect(parseSystemctlShow('')).toEqual([])
  })
})
