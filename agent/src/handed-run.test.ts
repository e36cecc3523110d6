import { describe, expect, test } from 'vitest'
import { leanOptions, takeHandedRun, toVariables, type HandedRun } from './handed-run.ts'
import type { SourceSettings } from './source-session.ts'

/** As many entries of SNMPv3 devices; only what this file looks at is whole. */
function runWith(devices: number, subject = 'switch'): HandedRun {
  const sources = Array.from({ length: devices }, (_, at): SourceSettings => {
    const key = (name: string) => ({ file: `/etc/wardround/snmp/${subject}${at}.${name}` })
    const options = {
      subject: `${subject}${at}`,
      connect: `10.1.${at >> 8}.${at & 255}`,
      user: 'wardround',
      authProtocol: 'sha256',
      authKey: key('auth'),
      privProtocol: 'aes',
      privKey: key('priv'),
      maxRepetitions: 20,
      timeout: '2s',
      retries: 2,
      budget: '30s',
    }
    return { type: 'snmp', name: `${subject}${at}`, options }
  })
  const probes = new Map([['snmp.net', { enabled: true, everyMs: 60_000, options: {} }]])
  const settings = { host: 'db1', sources, probes }
  const options = { config: '/etc/wardround/agent.yaml' }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the rest is handed on as it is
  return { settings, logLevel: 'info', options, language: 'zh-CN' } as unknown as HandedRun
}

describe('what an image hands on', () => {
  test.each([
    { what: 'of a host', run: runWith(0) },
    { what: 'of 200 devices', run: runWith(200) },
    { what: 'of 1,000 devices', run: runWith(1000) },
    { what: 'with names of many bytes', run: runWith(1000, '核心交换机🙂') },
  ])('$what, is what the next one takes, once', ({ run }) => {
    const environment: NodeJS.ProcessEnv = { ...toVariables(run), PATH: '/bin' }
    for (const piece of Object.values(environment))
      expect(Buffer.byteLength(piece ?? '')).toBeLessThan(128 * 1024)
    expect(takeHandedRun(environment)).toEqual(run)
    expect(environment).toEqual({ PATH: '/bin' })
    expect(takeHandedRun(environment)).toBeUndefined()
  })

  test('is left out where it is more than a process can be given', () => {
    expect(toVariables(runWith(10_000))).toBeUndefined()
  })
})

describe('the heap', () => {
  const heapOf = (types: readonly string[]) =>
    leanOptions(types.map((type) => ({ type }))).filter((option) => option.includes('old-space'))

  test('of a host is small, whatever else than devices it watches', () => {
    expect(leanOptions()).toContain('--max-old-space-size=64')
    expect(heapOf(['host', 'oracle', 'storage', 'log'])).toEqual(['--max-old-space-size=64'])
  })

  test('grows with the devices that are polled', () => {
    expect(heapOf(['host', 'snmp', 'redfish'])).toEqual(['--max-old-space-size=66'])
  })
})
