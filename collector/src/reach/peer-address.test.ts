import { expect, test } from 'vitest'
import { pingableAddress } from './peer-address.ts'

test.each([
  { peer: '10.1.2.3:41522', address: '10.1.2.3' },
  { peer: '127.0.0.2:41522', address: '127.0.0.2' },
  { peer: '[::ffff:10.1.2.3]:41522', address: '10.1.2.3' },
  { peer: '[fd00::17]:41522', address: 'fd00::17' },
  { peer: '[fe80::1%eth0]:41522', address: 'fe80::1%eth0' },
  { peer: '127.0.0.1:41522', address: undefined },
  { peer: '[::ffff:127.0.0.1]:41522', address: undefined },
  { peer: '[::1]:41522', address: undefined },
  { peer: 'unknown:0', address: undefined },
  { peer: '', address: undefined },
])('$peer is pinged at $address', ({ peer, address }) => {
  expect(pingableAddress(peer)).toBe(address)
})
