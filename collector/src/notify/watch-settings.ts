import { Duration, SecretReference } from '@wardround/program'
import { Type, type Static } from 'typebox'
import { Address, REACH } from './channels/channel-kind.ts'

const closed = { additionalProperties: false } as const

export const Name = (description: string, descriptionZh: string) =>
  Type.String({
    pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$',
    expected: {
      zh: '1 到 64 个字母、数字、点、横线或下划线，以字母或数字开头',
      en: '1 to 64 letters, digits, dots, dashes or underscores, the first a letter or digit',
    },
    description,
    descriptionZh,
  })

/** `notify.selfCheck`: how the collector knows that it is its own network that is lost. */
export const SelfCheckSettings = Type.Object(
  {
    targets: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      maxItems: 20,
      description:
        "Places of the collector's own network that are always there, such as its gateway and its switch: HOST:PORT (a TCP connection; refused counts as reached) or icmp:ADDRESS (a ping)",
      descriptionZh:
        '监控中心自身网络中一直在线的位置，如网关、核心交换机：主机:端口（TCP 连接，被拒绝也算连上）或 icmp:地址（ping）',
    }),
    every: Duration({ default: '30s', description: 'How often all of them are tried' }),
    after: Duration({
      default: '1m',
      description:
        'When none was reached for so long, new incidents are held back until one is again',
      descriptionZh: '连续这么久一个也连不上，就暂缓新告警的通知，直到恢复',
    }),
  },
  { ...closed, description: "Tells the loss of the collector's own network from that of hosts" },
)

export type SelfCheckSettings = Static<typeof SelfCheckSettings>

/** One of `notify.heartbeats`: who notices that this collector is dead. */
const Heartbeat = Type.Object(
  {
    name: Name('Names it in logs and metrics', '名称，用于日志和指标'),
    url: Address(
      'Where it goes: another collector’s /api/v1/heartbeat/NAME, or any address that raises an alarm when nothing comes; by reference when a part of it is secret',
      '心跳发往何处：另一个监控中心的 /api/v1/heartbeat/名称，或任何收不到心跳就报警的地址；含密钥时写成引用',
    ),
    bearerToken: Type.Optional(SecretReference),
    method: Type.Union([Type.Literal('POST'), Type.Literal('GET')], {
      default: 'POST',
      description: 'Of the request; its body is empty',
    }),
    every: Duration({ default: '60s', description: 'How often' }),
    timeout: Duration({ default: '10s', description: 'In which it must be answered' }),
    ...REACH,
  },
  { ...closed, description: 'One receiver of heartbeats' },
)

export const HeartbeatSettings = Type.Array(Heartbeat, {
  default: [],
  maxItems: 10,
  description:
    'Heartbeats, sent while storing, rules and notices work: what watches for them notices a dead collector',
  descriptionZh: '心跳：仅在存储、规则与通知都正常时发送，监视它的一方因此能发现监控中心失效',
})

export type HeartbeatSettings = Static<typeof HeartbeatSettings>[number]

export const HeartbeatsFrom = Type.Array(
  Name('As it stands at the end of its heartbeat address', '名称，与对方心跳地址末尾的名称一致'),
  {
    default: [],
    maxItems: 100,
    description:
      'Other collectors that send heartbeats here; silence of one raises collector_silent',
    descriptionZh: '向本监控中心发送心跳的其他监控中心；某一个失联时告警 collector_silent',
  },
)
