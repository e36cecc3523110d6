import { expect, test } from 'vitest'
import { parseListenAddress } from './listen-address.ts'
import { hostOfHeader, hostOfOrigin, isLoopback } from './loopback.ts'

test.each(['127.0.0.1', '127.8.9.10', 'localhost', 'LOCALHOST', '::1', '[::1]'])(
  '%s stays on this machine',
  (host) => expect(isLoopback(host)).toBe(true),
)

test.each([
  '0.0.0.0',
  '::',
  '10.0.0.1',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  '127.1',
  '',
])('%s does not, or is not sure to', (host) => expect(isLoopback(host)).toBe(false))

test.each([
  { header: 'localhost:8470', host: 'localhost' },
  { header: '[::1]:8470', host: '[::1]' },
  { header: 'evil.example', host: 'evil.example' },
  { header: 'localhost@evil.example', host: undefined },
  { header: 'localhost:8470/x', host: undefined },
  { header: undefined, host: undefined },
])('the host of $header is $host', ({ header, host }) => {
  expect(hostOfHeader(header)).toBe(host)
})

test.each([
  { origin: 'http://localhost:8470', host: 'localhost' },
  { origin: 'http://localhost.evil.example', host: 'localhost.evil.example' },
  { origin: 'null', host: undefined },
])('the host of the origin $origin is $host', ({ origin, host }) => {
  expect(hostOfOrigin(origin)).toBe(host)
})

test.each([
  { text: '127.0.0.1:8470', address: { host: '127.0.0.1', port: 8470 } },
  { text: '[::1]:0', address: { host: '::1', port: 0 } },
  { text: '127.0.0.1:65536', address: undefined },
  { text: '127.0.0.1', address: undefined },
  { text: '::1:8470', address: undefined },
])('$text to listen on', ({ text, address }) => {
  expect(parseListenAddress(text)).toEqual(address)
})
