import fc from 'fast-check'
import { expect, test } from 'vitest'

import { ownPath } from './own-path.ts'

const ORIGIN = 'https://10.0.0.31'

test.each([
  ['/redfish/v1/Systems/', '/redfish/v1/Systems'],
  ['/redfish/v1/Chassis/1/Thermal#/Fans/0', '/redfish/v1/Chassis/1/Thermal'],
  ['https://10.0.0.31/redfish/v1/Systems?$skip=50', '/redfish/v1/Systems?$skip=50'],
  ['Systems/1', '/redfish/v1/Systems/1'],
])('%s is %s', (link, path) => {
  expect(ownPath(link, ORIGIN)).toBe(path)
})

test.each([
  'https://evil.example/redfish/v1/Systems',
  '//evil.example/redfish/v1/Systems',
  'http://10.0.0.31/redfish/v1/Systems',
  'https://10.0.0.31:8443/redfish/v1/Systems',
  'https://user@10.0.0.31/redfish/v1/Systems',
  '/redfish/../admin',
  '/redfish/v1/../../cgi-bin/reboot',
  '/login',
  '/redfish/v1/Sys tems',
  '/redfish/v1/Systems\r\nX: y',
  'javascript:alert(1)',
  '',
  `/redfish/${'x'.repeat(2_000)}`,
])('%j leads off the device, and is not followed', (link) => {
  expect(ownPath(link, ORIGIN)).toBeUndefined()
})

test('whatever a device links to, what is followed is a path below /redfish/', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.webUrl(), fc.webPath()), (link) => {
      const path = ownPath(link, ORIGIN)
      expect(path === undefined || /^\/redfish\/[\x21-\x7e]*$/.test(path)).toBe(true)
    }),
  )
})
