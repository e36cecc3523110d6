import { Duration, SecretReference } from '@wardround/program'
import { Type, type Static } from 'typebox'

const closed = { additionalProperties: false } as const

const Webhook = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$',
      description: "Names it in logs and in the outbox; the message's `receiver`",
    }),
    url: Type.Union([Type.String({ minLength: 1 }), SecretReference], {
      description:
        'http:// or https:// address; by reference when a part of it is secret, as a robot’s token is',
    }),
    bearerToken: Type.Optional(SecretReference),
    timeout: Duration({
      default: '10s',
      description: 'From the first byte of an attempt to the last of its answer',
    }),
    giveUpAfter: Duration({
      default: '3d',
      description: 'A message that could not be delivered for so long is given up',
    }),
    language: Type.Optional(
      Type.Union([Type.Literal('zh-CN'), Type.Literal('en')], {
        description: "Language of the messages; the collector's where absent",
      }),
    ),
  },
  { ...closed, description: 'Gets a message in the form of Alertmanager’s webhook, version 4' },
)

/** `notify:` of collector.yaml. */
export const NotifySettings = Type.Object(
  {
    externalUrl: Type.Optional(
      Type.String({
        pattern: '^https?://',
        description:
          'Address under which people reach this collector; links in messages begin with it. Default: http:// and what listen says, with the name of the system for all addresses',
      }),
    ),
    webhooks: Type.Array(Webhook, {
      default: [],
      description: 'Who is told of alerts; each has a queue of its own',
    }),
  },
  { ...closed, default: {}, description: 'Notices' },
)

export type NotifySettings = Static<typeof NotifySettings>
export type WebhookSettings = NotifySettings['webhooks'][number]
