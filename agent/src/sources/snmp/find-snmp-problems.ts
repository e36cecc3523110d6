import { parseDurationMs } from '@wardround/program'
import type { OptionProblem } from '../../source.ts'
import { findMetricProblems } from './find-metric-problems.ts'
import { toSiteMetrics } from './site-metrics.ts'
import { parseTarget } from './snmp-target.ts'

type Given = Readonly<Record<string, unknown>>

const V3_OPTIONS = ['user', 'authKey', 'privKey', 'context'] as const
const LONGEST_TIMEOUT_MS = 30_000

/** What the options can't say one by one. */
export function findSnmpProblems(options: Given): readonly OptionProblem[] {
  const own = options['version'] === 'v3' || options['version'] === undefined
  return [
    ...(own ? findUserProblems(options) : findCommunityProblems(options)),
    ...findTimeProblems(options),
    ...findTargetProblems(options),
    ...findMetricProblems(toSiteMetrics(options)),
  ]
}

function findUserProblems({ user, community, authKey, privKey }: Given): OptionProblem[] {
  const problems: OptionProblem[] = []
  if (user === undefined)
    problems.push({
      option: 'user',
      what: { zh: 'v3 需要用户名', en: 'v3 needs a user' },
      expected: {
        zh: 'user（设备上的 SNMPv3 用户），或 version: v2c 与 community',
        en: 'user (a user of SNMPv3 on the device), or version: v2c with community',
      },
    })
  if (community !== undefined)
    problems.push({
      option: 'community',
      what: { zh: 'v3 没有团体名', en: 'v3 has no community' },
      expected: {
        zh: '不含 community 的条目，或 version: v2c',
        en: 'no community, or version: v2c',
      },
    })
  if (privKey !== undefined && authKey === undefined)
    problems.push({
      option: 'privKey',
      what: { zh: '没有认证就不能加密', en: 'nothing is encrypted without authentication' },
      expected: { zh: '与 privKey 成对的 authKey', en: 'authKey beside it' },
    })
  return problems
}

function findCommunityProblems(options: Given): OptionProblem[] {
  const version = String(options['version'])
  const missing: OptionProblem[] =
    options['community'] === undefined
      ? [
          {
            option: 'community',
            what: { zh: `${version} 需要团体名`, en: `${version} needs a community` },
            expected: { zh: 'community: {file: …}', en: 'community: {file: …}' },
          },
        ]
      : []
  const foreign = V3_OPTIONS.filter((option) => options[option] !== undefined)
  return [
    ...missing,
    ...foreign.map((option) => ({
      option,
      what: { zh: `${version} 没有 ${option}`, en: `${version} has no ${option}` },
      expected: { zh: `不含 ${option} 的条目，或 version: v3`, en: `no ${option}, or version: v3` },
    })),
  ]
}

function findTimeProblems(options: Given): OptionProblem[] {
  const { timeout } = options
  if (typeof timeout !== 'string') return []
  const timeoutMs = parseDurationMs(timeout)
  if (timeoutMs >= 100 && timeoutMs <= LONGEST_TIMEOUT_MS) return []
  return [
    {
      option: 'timeout',
      what: { zh: `${timeout} 不合适`, en: `${timeout} is no useful wait` },
      expected: { zh: '100ms 到 30s', en: '100ms to 30s' },
    },
  ]
}

function findTargetProblems({ connect }: Given): OptionProblem[] {
  if (typeof connect !== 'string' || parseTarget(connect) !== undefined) return []
  return [
    {
      option: 'connect',
      what: { zh: `${connect} 不是地址`, en: `${connect} is no address` },
      expected: { zh: '主机:端口，端口不超过 65535', en: 'HOST:PORT with a port up to 65535' },
    },
  ]
}
