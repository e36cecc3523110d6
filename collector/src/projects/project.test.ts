import { expect, test } from 'vitest'
import { slaRowFor } from './project.ts'
import { aProject } from './testing/a-project.ts'

const project = aProject(`places:
  - {id: room, name: 机房, zone: city}
  - {id: hill, name: 山上, zone: suburb}
hosts:
  - {name: far, role: app, place: hill}
  - {name: near, role: app, place: room, business: declaration}
  - {name: anywhere, role: app}
sla:
  - {id: declaration, name: {zh: x, en: x}, severities: [critical, warning], businesses: [declaration]}
  - {id: suburb, name: {zh: x, en: x}, zones: [suburb]}
  - id: rest
    name: {zh: x, en: x}
    respond: {value: 0.5h, calendar: always, clause: S06}
    resolve: {value: 2 workdays, calendar: office, clause: S06}`)

test.each([
  ['far', 'critical', 'suburb'],
  ['far', 'warning', undefined],
  ['near', 'warning', 'declaration'],
  ['anywhere', 'critical', 'rest'],
  ['unknown', 'critical', 'rest'],
])('the row for %s, %s, is %s', (host, severity, id) => {
  expect(slaRowFor(project, { host, severity })?.id).toBe(id)
})

test('a time is so much service time of its calendar', () => {
  const clocks = project.sla[2]?.clocks
  expect(clocks?.get('respond')?.lengthMs).toBe(1_800_000)
  expect(clocks?.get('resolve')?.lengthMs).toBe(2 * 8 * 3_600_000)
  expect(clocks?.get('resolve')?.clause).toMatchObject({ id: 'S06', document: '004' })
})

test('the last day of the contract belongs to it', () => {
  expect(new Date(project.fromMs).toISOString()).toBe('2025-12-31T16:00:00.000Z')
  expect(new Date(project.toMs).toISOString()).toBe('2026-12-31T16:00:00.000Z')
})
