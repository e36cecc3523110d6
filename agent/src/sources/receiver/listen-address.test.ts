import { expect, test } from 'vitest'

import { syslogSource } from '../syslog.ts'
import { trapsSource } from '../traps.ts'
import { findListenProblems, parseListenAddress } from './listen-address.ts'

test.for([
  ['udp://0.0.0.0:5514', { protocol: 'udp', host: '0.0.0.0', port: 5514 }],
  ['tls://[::1]:0', { protocol: 'tls', host: '::1', port: 0 }],
] as const)('%s is where to listen', ([text, address]) => {
  expect(parseListenAddress(text)).toEqual({ ...address, text })
  expect(findListenProblems([text], 'x')).toEqual([])
})

test.for([[['udp://0.0.0.0:65536']], [['udp://0.0.0.0:1', 'here']], [[]], [undefined]] as const)(
  '%j is nowhere to listen, for either receiver',
  ([listen]) => {
    for (const source of [syslogSource, trapsSource]) {
      const problems = source.check?.({ listen, communities: ['x'] }) ?? []
      expect(problems.map(({ option }) => option)).toEqual(['listen'])
      expect(problems[0]?.expected.en).toMatch(/^such as udp:/)
    }
  },
)
