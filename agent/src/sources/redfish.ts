import type { SourceReference } from '../probe.ts'
import type { OptionProblem, Session, Source, SourceContext } from '../source.ts'
import { addressProblems } from './http/address-problems.ts'
import { FINGERPRINT_PATTERN, SERVER_NAME, tagValue } from './option-kinds.ts'
import { REDFISH_STATEMENTS } from './redfish/redfish-statements.ts'
import type { RedfishSession } from './redfish/redfish-session.ts'
import { SERVER_OPTIONS } from './server/server-options.ts'

/** For `source:` of a probe. */
export const redfish: SourceReference<RedfishSession> = { type: 'redfish' }

const { connectTimeout, quietHours } = SERVER_OPTIONS

/** A server's BMC or a disk array by Redfish: a session of its own and GET, nothing else. */
export const redfishSource: Source<RedfishSession> = {
  type: 'redfish',
  platforms: ['linux', 'darwin', 'win32'],
  options: {
    subject: {
      ...tagValue('db1-bmc'),
      help: {
        zh: '设备名：其序列的 host，与中心登记的名称一致',
        en: 'Name of the device: the host of its series, as the collector knows it',
      },
    },
    connect: {
      type: 'string',
      pattern: '^https://[^/?#@\\s]+/?$',
      expected: {
        zh: 'https://主机[:端口]，不含路径和密码，如 https://10.0.0.31',
        en: 'https://HOST[:PORT] without a path or a password, such as https://10.0.0.31',
      },
      help: { zh: '地址，如 https://10.0.0.31', en: 'Address, such as https://10.0.0.31' },
    },
    user: {
      type: 'string',
      minLength: 1,
      help: {
        zh: 'BMC 上的只读账号（角色 ReadOnly）',
        en: 'Account on it, with the role ReadOnly',
      },
    },
    password: { type: 'secret', help: { zh: '该账号的密码', en: 'Its password' } },
    caFile: {
      type: 'string',
      minLength: 1,
      help: {
        zh: '信任的 CA 证书（PEM）；内部 CA 或设备自签名证书',
        en: 'Certificate authorities to trust (PEM): an internal authority, or the device’s own certificate',
      },
    },
    serverName: SERVER_NAME,
    fingerprint: {
      type: 'string',
      pattern: FINGERPRINT_PATTERN,
      expected: {
        zh: '证书的 SHA-256 指纹，64 位十六进制，可用冒号分隔',
        en: 'SHA-256 of the certificate: 64 hexadecimal digits, colons between them or not',
      },
      help: {
        zh: '只接受这一张证书（SHA-256 指纹），代替 caFile；适用于出厂自签名证书',
        en: 'Take this one certificate only (its SHA-256), instead of caFile: for one that the factory signed',
      },
    },
    connectTimeout,
    timeout: {
      type: 'duration',
      default: '20s',
      help: { zh: '单个请求最长等待时间', en: 'Longest wait for one answer' },
    },
    quietHours,
  },
  required: ['subject', 'connect', 'user', 'password'],
  statements: REDFISH_STATEMENTS,
  check: findRedfishProblems,
  async open(context: SourceContext): Promise<Session<RedfishSession>> {
    const { openRedfish } = await import('./redfish/open-redfish.ts')
    return openRedfish(context)
  },
}

/** What the options can't say one by one. */
function findRedfishProblems({
  connect,
  caFile,
  serverName,
  fingerprint,
}: Readonly<Record<string, unknown>>): readonly OptionProblem[] {
  const problems = [...addressProblems(connect, 'https://10.0.0.31')]
  if (fingerprint !== undefined && (caFile !== undefined || serverName !== undefined))
    problems.push({
      option: 'fingerprint',
      what: {
        zh: 'fingerprint 与 caFile、serverName 不能同时填写',
        en: 'fingerprint goes with neither caFile nor serverName',
      },
      expected: {
        zh: '指纹，或 CA（及证书中的名称），二者取一',
        en: 'the fingerprint, or the authority (and the name in the certificate)',
      },
    })
  return problems
}
