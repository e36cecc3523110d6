import { SecretReference } from '@wardround/program'
import { Type } from 'typebox'
import type { AttemptOutcome } from '../delivery/attempt-outcome.ts'
import type { Notice } from '../notice.ts'
import { mergeNotices } from '../delivery/merge-notices.ts'
import { cutBytes } from '../text/inert-text.ts'
import {
  type BodyTemplate,
  compileBody,
  type Json,
  TemplateProblem,
  toText,
} from './body-template.ts'
import { Address, defineChannel, REACH } from './channel-kind.ts'
import { exchangeHttp, type HttpOutcome, outcomeOfStatus } from './http-exchange.ts'
import { isSecretHeader } from './inline-secret.ts'
import { toView, VIEW_NAMES } from './notice-view.ts'
import { limitOf, PER_MINUTE_MS } from './robot.ts'
import type { SettingsReader } from './settings-reader.ts'
import { signHeaders } from './signature.ts'

const MAX_BODY_BYTES = 1024 * 1024

const CONTENT_TYPES = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  text: 'text/plain; charset=utf-8',
} as const

type Format = keyof typeof CONTENT_TYPES

const DEFAULT_BODY = { title: '{{title}}', text: '{{text}}', alerts: '{{alerts}}' }

const closed = { additionalProperties: false } as const

/** Any HTTP service, such as a site's own SMS gateway: the body is a template. 2xx is success, unless `success` says where the body has its own word. */
export default defineChannel({
  type: 'http',
  description: 'Any HTTP service; the body is a template',
  settings: {
    url: Address(
      'http:// or https:// address; by reference when a part of it is secret',
      'http:// 或 https:// 地址；含密钥时写成引用',
    ),
    method: Type.Union([Type.Literal('POST'), Type.Literal('PUT'), Type.Literal('PATCH')], {
      default: 'POST',
      description: 'HTTP method',
    }),
    headers: Type.Record(
      Type.String(),
      Type.Union([Type.String({ pattern: '^[\\x20-\\x7e]*$' }), SecretReference]),
      { default: {}, description: 'Headers, secret ones by reference' },
    ),
    format: Type.Union([Type.Literal('json'), Type.Literal('form'), Type.Literal('text')], {
      default: 'json',
      description: 'How the body is written',
    }),
    body: Type.Unknown({
      default: DEFAULT_BODY,
      description:
        'Value whose strings hold {{places}}: a mapping, also nested, for json; a flat one for form; a string for text',
      descriptionZh:
        '正文模板：字符串里用 {{名称}} 取值；json 可嵌套，form 为单层键值，text 为字符串',
    }),
    success: Type.Optional(
      Type.Object(
        {
          member: Type.String({
            minLength: 1,
            description: "Member of the answer's JSON; dots lead into nested ones",
          }),
          equals: Type.Union([Type.String(), Type.Number(), Type.Boolean()], {
            description: 'What it is when the message was taken',
          }),
        },
        { ...closed, description: 'Where HTTP 200 is no success: what the answer must say' },
      ),
    ),
    signingSecret: Type.Optional(SecretReference),
    perMinute: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 6000,
        description: 'Requests in a minute; beyond it messages are merged. No limit where absent',
      }),
    ),
    ...REACH,
  },
  async open(settings, reader) {
    const { method, format, success, perMinute } = settings
    const url = await reader.url(['url'], settings.url)
    const reach = await reader.reach(settings, url)
    const render = readTemplate(settings.body, format, reader)
    const headers = await readHeaders(settings.headers, reader)
    const signing = await reader.optionalSecret(['signingSecret'], settings.signingSecret)
    const windows = [{ requests: perMinute ?? 1, perMs: PER_MINUTE_MS }]
    return {
      ...reader.common(settings),
      limit: perMinute === undefined ? undefined : limitOf('http', url, windows),
      async send(notices, context) {
        const body = renderBody(render, format, mergeNotices(notices), context.deliveryId)
        const message = {
          method,
          url: new URL(url.reveal()),
          headers: {
            'Content-Type': CONTENT_TYPES[format],
            ...headers,
            ...(signing === undefined ? {} : signHeaders(signing.reveal(), body, context.nowMs)),
          },
          body,
        }
        const decidedBy = success === undefined ? 'status' : 'body'
        const outcome = await exchangeHttp(reach, message, context, decidedBy)
        return success === undefined ? outcomeOfStatus(outcome) : judge(outcome, success)
      },
    }
  },
})

/** @throws ChannelSettingsError */
function readTemplate(body: unknown, format: Format, reader: SettingsReader): BodyTemplate {
  const isFlat =
    typeof body === 'object' &&
    body !== null &&
    !Array.isArray(body) &&
    Object.values(body).every((member) => typeof member !== 'object')
  if (format === 'form' && !isFlat)
    throw reader.problem(['body'], {
      zh: 'format 为 form 时，body 应为单层键值',
      en: 'with format form, the body is a mapping of names to texts',
    })
  if (format === 'text' && typeof body !== 'string')
    throw reader.problem(['body'], {
      zh: 'format 为 text 时，body 应为字符串',
      en: 'with format text, the body is a string',
    })
  try {
    return compileBody(body, VIEW_NAMES)
  } catch (error) {
    if (!(error instanceof TemplateProblem)) throw error
    throw reader.problem(['body', ...error.path], error.text, error)
  }
}

/** What HTTP itself says. */
const OWN_HEADERS = /^(content-length|transfer-encoding|connection|host|upgrade|te|trailer)$/i

async function readHeaders(
  written: Readonly<Record<string, string | SecretReference>>,
  reader: SettingsReader,
): Promise<Readonly<Record<string, string>>> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(written)) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || OWN_HEADERS.test(name))
      throw reader.problem(['headers', name], {
        zh: `“${name}”不能作请求头名称`,
        en: `"${name}" can't be the name of a header`,
      })
    if (typeof value === 'string' && isSecretHeader(name))
      throw reader.inTheClear(
        ['headers', name],
        { zh: `请求头 ${name} `, en: `header ${name}` },
        { zh: '它的值', en: 'its value' },
      )
    headers[name] = (await reader.text(['headers', name], value)).reveal()
  }
  return headers
}

/** Where the template fails, the plain text goes out with the error beside it. */
function renderBody(
  render: BodyTemplate,
  format: Format,
  notice: Notice,
  deliveryId: string,
): string {
  const view = toView(notice, deliveryId)
  try {
    const body = write(render(view), format)
    if (Buffer.byteLength(body) <= MAX_BODY_BYTES) return body
    throw new RangeError(`the body has more than ${MAX_BODY_BYTES} bytes`)
  } catch (error) {
    const text = cutBytes(toText(view['text'] ?? null), MAX_BODY_BYTES / 8)
    const templateError = error instanceof Error ? error.message : String(error)
    const fallback = { text, templateError }
    return write(format === 'text' ? `${text}\n${templateError}` : fallback, format)
  }
}

function write(value: Json, format: Format): string {
  if (format === 'json') return JSON.stringify(value)
  if (format === 'text' || typeof value !== 'object' || value === null) return toText(value)
  const fields = Object.entries(value).map(([name, field]): [string, string] => [
    name,
    toText(field),
  ])
  return new URLSearchParams(fields).toString()
}

interface Success {
  readonly member: string
  readonly equals: string | number | boolean
}

function judge(outcome: HttpOutcome, { member, equals }: Success): AttemptOutcome {
  if (outcome.kind !== 'answer' || outcome.status < 200 || outcome.status >= 300)
    return outcomeOfStatus(outcome)
  if (String(memberOf(outcome.body, member)) === String(equals)) return { kind: 'accepted' }
  // The service's own codes are not known: it may be better another time.
  return {
    kind: 'refused',
    reason: 'serverError',
    detail: {
      zh: `应答的 ${member} 不是 ${String(equals)}`,
      en: `${member} is not ${String(equals)}`,
    },
  }
}

function memberOf(text: string, member: string): unknown {
  try {
    let value: unknown = JSON.parse(text)
    for (const key of member.split('.'))
      value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
    return typeof value === 'object' ? undefined : value
  } catch {
    return undefined // no JSON: not what was asked for
  }
}
