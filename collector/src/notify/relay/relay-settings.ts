import { SecretReference } from '@wardround/program'
import { Type, type Static } from 'typebox'
import { Name } from '../watch-settings.ts'

/** `notify.relayFrom`: other collectors whose notices go out through channels of this one. */
export const RelayFrom = Type.Array(
  Type.Object(
    {
      name: Name('As its channel of type relay says in `as`', '名称，与对方 relay 通道的 as 一致'),
      secret: SecretReference,
      channels: Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        maxItems: 100,
        description: 'Channels of this collector that it may use, and no others',
        descriptionZh: '允许它使用的本监控中心通道，其余一律拒绝',
      }),
    },
    { additionalProperties: false, description: 'One collector whose notices are passed on' },
  ),
  {
    default: [],
    maxItems: 100,
    description: 'Other collectors whose notices go out through channels of this one',
    descriptionZh: '允许哪些其他监控中心借用本监控中心的通道转发通知',
  },
)

export type RelayFrom = Static<typeof RelayFrom>
