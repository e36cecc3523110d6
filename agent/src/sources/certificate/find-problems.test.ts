import { describe, expect, test } from 'vitest'
import { toEndpoint } from './endpoint.ts'
import { findCertificateProblems } from './find-problems.ts'

describe('findCertificateProblems', () => {
  test('finds nothing wrong with a good entry', () => {
    const endpoints = [
      { address: '10.0.0.5:443' },
      { address: '10.0.0.5:443', serverName: 'his.example' },
      { address: 'https://his.example/login' },
      { address: '[fd00::5]:5432', starttls: 'postgresql' },
    ]
    const files = [{ path: '/etc/nginx/ssl/*.crt' }]
    const ledger = [{ name: 'key', notBefore: '2026-02-28', notAfter: '2027-05-01T12:00:00+08:00' }]
    expect(findCertificateProblems({ endpoints, files, ledger })).toEqual([])
  })

  test.each<{ note: string; options: Record<string, unknown>; option: string }>([
    { note: 'nothing to watch', options: {}, option: 'endpoints' },
    {
      note: 'a plain http address',
      options: { endpoints: [{ address: 'http://a' }] },
      option: 'endpoints.0.address',
    },
    {
      note: 'a password',
      options: { endpoints: [{ address: 'https://u:p@a' }] },
      option: 'endpoints.0.address',
    },
    {
      note: 'a query',
      options: { endpoints: [{ address: 'https://a/?x=1' }] },
      option: 'endpoints.0.address',
    },
    {
      note: 'a port that is none',
      options: { endpoints: [{ address: 'a:99999' }] },
      option: 'endpoints.0.address',
    },
    {
      note: 'one twice',
      options: { endpoints: [{ address: 'a:443' }, { address: 'a' }] },
      option: 'endpoints.1',
    },
    { note: 'a relative path', options: { files: [{ path: 'a.crt' }] }, option: 'files.0.path' },
    {
      note: 'a wildcard above the file',
      options: { files: [{ path: '/etc/*/a.crt' }] },
      option: 'files.0.path',
    },
    {
      note: 'a date that is none',
      options: { ledger: [{ name: 'a', notAfter: '2027-02-30' }] },
      option: 'ledger.0',
    },
    {
      note: 'a time without a zone',
      options: { ledger: [{ name: 'a', notAfter: '2027-02-03T10:00' }] },
      option: 'ledger.0',
    },
  ])('finds $note', ({ options, option }) => {
    expect(findCertificateProblems(options).map((one) => [one.option].flat().join('.'))).toEqual([
      option,
    ])
  })
})

test.each([
  [{ address: 'his.example' }, 'tcp://his.example:443'],
  [{ address: 'https://his.example:8443/a' }, 'https://his.example:8443'],
  [{ address: '[fd00::5]', starttls: 'smtp' }, 'smtp://[fd00::5]:25'],
  [{ address: '10.0.0.5:443', serverName: 'his.example' }, 'tcp://10.0.0.5:443/his.example'],
])('%j has its source', (entry, source) => {
  expect(toEndpoint(entry)?.source).toBe(source)
})
