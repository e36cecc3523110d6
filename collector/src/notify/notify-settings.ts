import { Type, type Static } from 'typebox'
import { settingsOfKinds } from './channels/channel-kind.ts'
import { CHANNEL_KINDS } from './channels/kinds.ts'
import { dispatchSettings } from './dispatch/dispatch-settings.ts'
import { RelayFrom } from './relay/relay-settings.ts'
import { HeartbeatSettings, HeartbeatsFrom, SelfCheckSettings } from './watch-settings.ts'

const closed = { additionalProperties: false } as const

/** `notify:` of collector.yaml. */
export const NotifySettings = Type.Object(
  {
    externalUrl: Type.Optional(
      Type.String({
        pattern: '^https?://',
        description:
          'Address under which people reach this collector; links in messages begin with it, and messages have none where it leads to 127.0.0.1. Default: http:// and what listen says, with the name of the system for all addresses',
      }),
    ),
    channels: Type.Array(settingsOfKinds(CHANNEL_KINDS), {
      default: [],
      description: 'How people are told of alerts; each channel has a queue of its own',
    }),
    ...dispatchSettings,
    selfCheck: Type.Optional(SelfCheckSettings),
    heartbeats: HeartbeatSettings,
    heartbeatsFrom: HeartbeatsFrom,
    relayFrom: RelayFrom,
  },
  { ...closed, default: {}, description: 'Notices' },
)

export type NotifySettings = Static<typeof NotifySettings>
