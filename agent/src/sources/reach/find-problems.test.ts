import { describe, expect, test } from 'vitest'
import { findReachProblems } from './find-problems.ts'

describe('findReachProblems', () => {
  test('finds nothing wrong with a good entry', () => {
    expect(
      findReachProblems({
        ping: [{ host: '10.0.0.1' }],
        tcp: [{ address: '[fd00::5]:443' }],
        http: [
          { url: 'https://a/x', headers: [{ name: 'X', value: 'y' }], pinSha256: 'ab' },
          { url: 'https://a/x', method: 'HEAD' },
        ],
        dns: [
          { name: 'a', server: '[fd00::53]:53' },
          { name: 'a', server: '10.0.0.53:5353' },
          { name: 'a' },
        ],
        filecount: [{ directory: '/a' }, { directory: '/a', pattern: '*.csv' }],
      }),
    ).toEqual([])
  })

  test.each<{ note: string; options: Record<string, unknown>; option: string }>([
    { note: 'nothing to check', options: { http: [] }, option: 'ping' },
    {
      note: 'a port that is none',
      options: { tcp: [{ address: 'a:99999' }] },
      option: 'tcp.0.address',
    },
    {
      note: 'an address that is none',
      options: { http: [{ url: 'http://[x]/' }] },
      option: 'http.0',
    },
    {
      note: 'a pin for plain http',
      options: { http: [{ url: 'http://a', pinSha256: 'ab' }] },
      option: 'http.0',
    },
    {
      note: 'two ways to match',
      options: { http: [{ url: 'http://a', match: 'a', matchPattern: 'b' }] },
      option: 'http.0',
    },
    {
      note: 'a body of HEAD',
      options: { http: [{ url: 'http://a', method: 'HEAD', match: 'a' }] },
      option: 'http.0',
    },
    {
      note: 'a header without a value',
      options: { http: [{ url: 'http://a', headers: [{ name: 'X' }] }] },
      option: 'http.0',
    },
    {
      note: 'a header of two lines',
      options: { http: [{ url: 'http://a', headers: [{ name: 'X', value: 'a\r\nY: b' }] }] },
      option: 'http.0',
    },
    {
      note: 'one page twice',
      options: { http: [{ url: 'http://a/?x=1' }, { url: 'http://a/?x=2' }] },
      option: 'http.1',
    },
    {
      note: 'a DNS server by name',
      options: { dns: [{ name: 'a', server: 'ns.example' }] },
      option: 'dns.0.server',
    },
    {
      note: 'a directory twice',
      options: { filecount: [{ directory: '/a' }, { directory: '/a', pattern: '*' }] },
      option: 'filecount.1',
    },
  ])('finds $note', ({ options, option }) => {
    expect(findReachProblems(options).map((one) => [one.option].flat().join('.'))).toEqual([option])
  })
})
