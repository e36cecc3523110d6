import { asList } from '../as-list.ts'
import { asRecord } from '../as-record.ts'
import type { SourceReference } from '../probe.ts'
import type { OptionProblem, Session, Source, SourceContext } from '../source.ts'
import { findListenProblems, listenPattern } from './receiver/listen-address.ts'
import { findReceiverProblems, RECEIVER_OPTIONS } from './receiver/receiver-options.ts'
import type { ReceiverSession } from './receiver/receiver-session.ts'
import { SNMP_OPTIONS } from './snmp/snmp-options.ts'

/** For `source:` of a probe. */
export const traps: SourceReference<ReceiverSession> = { type: 'traps' }

const { user, authProtocol, authKey, privProtocol, privKey } = SNMP_OPTIONS

/** Takes SNMP traps and informs that devices send: v1, v2c and v3. */
export const trapsSource: Source<ReceiverSession> = {
  type: 'traps',
  platforms: ['linux', 'darwin', 'win32'],
  options: {
    listen: {
      type: 'array',
      maxItems: 8,
      items: {
        type: 'string',
        pattern: listenPattern('udp'),
        expected: {
          zh: 'udp:// 加地址和端口，如 udp://0.0.0.0:1162',
          en: 'udp:// with address and port, such as udp://0.0.0.0:1162',
        },
      },
      help: {
        zh: '监听地址，如 udp://0.0.0.0:1162；标准端口 162 需要额外授权',
        en: 'Where to listen, such as udp://0.0.0.0:1162; the usual port 162 needs a privilege',
      },
    },
    communities: {
      type: 'array',
      default: [],
      maxItems: 16,
      items: { type: 'secret' },
      help: {
        zh: '接受的团体名（v1、v2c）；不填则不接受 v1、v2c',
        en: 'Communities that are taken (v1, v2c); without any neither version is',
      },
    },
    users: {
      type: 'array',
      default: [],
      maxItems: 64,
      uniqueBy: 'user',
      items: {
        type: 'object',
        required: ['user'],
        properties: { user, authProtocol, authKey, privProtocol, privKey },
      },
      help: {
        zh: '接受的 SNMPv3 用户；不填则不接受 v3',
        en: 'Users of SNMPv3 that are taken; without any v3 is not',
      },
    },
    ...RECEIVER_OPTIONS,
  },
  required: ['listen'],
  check: findTrapProblems,
  async open(context: SourceContext): Promise<Session<ReceiverSession>> {
    const { openTraps } = await import('./traps/open-traps.ts')
    return openTraps(context)
  },
}

function findTrapProblems(options: Readonly<Record<string, unknown>>): readonly OptionProblem[] {
  const { listen, communities, users } = options
  const problems = [
    ...findReceiverProblems(options),
    ...findListenProblems(listen, 'udp://0.0.0.0:1162'),
  ]
  if (isEmpty(communities) && isEmpty(users))
    problems.push({
      option: 'communities',
      what: { zh: '没有团体名，也没有 v3 用户', en: 'neither a community nor a user' },
      expected: {
        zh: 'communities 或 users，否则所有 trap 都会被拒绝',
        en: 'communities or users: without them every trap is refused',
      },
    })
  const keys = asList(users).map(asRecord)
  const alone = keys.findIndex(
    (one) => one['privKey'] !== undefined && one['authKey'] === undefined,
  )
  if (alone >= 0)
    problems.push({
      option: ['users', alone, 'privKey'],
      what: { zh: '有 privKey 而无 authKey', en: 'a privKey without an authKey' },
      expected: {
        zh: '与 privKey 成对的 authKey（加密须先认证）',
        en: 'an authKey: privacy needs it',
      },
    })
  return problems
}

function isEmpty(value: unknown): boolean {
  return !Array.isArray(value) || value.length === 0
}
