import { createHash } from 'node:crypto'
import { parseDurationMs, type Secret, SecretReference } from '@wardround/program'
import { Type } from 'typebox'
import type { AttemptOutcome } from '../delivery/attempt-outcome.ts'
import type { SendContext } from '../channel.ts'
import { detailIn } from '../delivery/failure-detail.ts'
import { mergeNotices } from '../delivery/merge-notices.ts'
import type { Notice } from '../notice.ts'
import { toHtml } from '../text/html.ts'
import { toNoticeText } from '../text/notice-text.ts'
import { toPlainText } from '../text/plain-text.ts'
import { AddressRefusedError, checkWrittenUrl } from '../../outgoing/address-policy.ts'
import { CA, defineChannel } from './channel-kind.ts'
import { dialSocket } from './dial-socket.ts'
import { outcomeOfMail, outcomeOfRecipients } from './mail-outcome.ts'
import { PER_MINUTE_MS } from './robot.ts'
import type { SettingsReader } from './settings-reader.ts'

/** What may stand in an envelope and a header without meaning more. */
const ADDRESS = '^[^\\s@<>()\\[\\],;:"\\\\]+@[^\\s@<>()\\[\\],;:"\\\\]+$'

const MailAddress = Type.String({
  pattern: ADDRESS,
  maxLength: 254,
  expected: { zh: '邮件地址，如 duty@example.org', en: 'an address such as duty@example.org' },
})

const PORTS = { starttls: 587, tls: 465, none: 25 } as const

/** E-mail over SMTP, as text and HTML; to the configured addresses and to those of the people whom a notice names. */
export default defineChannel({
  type: 'email',
  description: 'E-mail over SMTP',
  settings: {
    host: Type.String({ minLength: 1, maxLength: 253, description: 'Mail server' }),
    port: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65_535,
        description: 'Its port; default 587 for starttls, 465 for tls, 25 for none',
      }),
    ),
    security: Type.Union([Type.Literal('starttls'), Type.Literal('tls'), Type.Literal('none')], {
      default: 'starttls',
      description:
        'starttls: encrypted after the greeting, or not at all sent; tls: encrypted from the start; none: in the clear, for a server of the same network that has nothing else',
    }),
    user: Type.Optional(Type.String({ minLength: 1, description: 'Who signs in' })),
    password: Type.Optional(SecretReference),
    from: MailAddress,
    to: Type.Array(MailAddress, {
      default: [],
      maxItems: 100,
      description: 'Who gets every message; those on duty get theirs beside',
    }),
    perMinute: Type.Integer({
      default: 30,
      minimum: 1,
      maximum: 6000,
      description: 'Messages in a minute; beyond it they are merged',
    }),
    ...CA,
  },
  async open(settings, reader) {
    const { host, security, port = PORTS[security], user, from, to, perMinute } = settings
    checkHost(host, reader)
    const password = await reader.optionalSecret(['password'], settings.password)
    const ca = await reader.ca(['ca'], settings.ca)
    const timeoutMs = parseDurationMs(settings.timeout)
    const server = { host, port, security, user, password, ca, timeoutMs }
    return {
      ...reader.common(settings),
      limit: {
        key: `email ${host}:${port} ${user ?? ''}`,
        windows: [{ requests: perMinute, perMs: PER_MINUTE_MS }],
      },
      async send(notices, context) {
        const mail = toMail(mergeNotices(notices), { from, to }, context)
        const { onlyTo = mail.to } = context
        return sendMail(server, { ...mail, recipients: onlyTo }, context)
      },
    }
  },
})

/** @throws ChannelSettingsError */
function checkHost(host: string, reader: SettingsReader): void {
  try {
    checkWrittenUrl(`http://${host.includes(':') ? `[${host}]` : host}/`)
  } catch (error) {
    if (!(error instanceof AddressRefusedError)) throw error
    throw reader.problem(
      ['host'],
      { zh: `邮件服务器地址${error.text.zh}`, en: `the mail server's address ${error.text.en}` },
      error,
    )
  }
}

interface MailServer {
  readonly host: string
  readonly port: number
  readonly security: 'starttls' | 'tls' | 'none'
  readonly user: string | undefined
  readonly password: Secret | undefined
  readonly ca: string | undefined
  readonly timeoutMs: number
}

/** The message. Repeats of it have the same Message-ID; those of one group are one thread. */
function toMail(
  notice: Notice,
  { from, to }: { readonly from: string; readonly to: readonly string[] },
  { deliveryId, userAgent }: SendContext,
) {
  const text = toNoticeText(notice)
  const isAddress = new RegExp(ADDRESS)
  const people = notice.people.flatMap(({ email = '' }) => (isAddress.test(email) ? [email] : []))
  const thread = createHash('sha256').update(notice.groupKey).digest('hex').slice(0, 32)
  return {
    from,
    to: [...new Set([...to, ...people])],
    subject: text.title,
    text: toPlainText(text),
    html: toHtml(text),
    messageId: `<${deliveryId}@wardround.invalid>`,
    references: `<${thread}@wardround.invalid>`,
    date: new Date(notice.atMs),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Mailer': userAgent },
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

const NOBODY = { zh: '没有收件人', en: 'nobody to write to' }

const NOT_ONE = { 'zh-CN': '所有收件人都被拒收', en: 'every recipient was refused' } as const

/** A message with those who get it now: who has it already is still shown in its header. */
type Mail = ReturnType<typeof toMail> & { readonly recipients: readonly string[] }

async function sendMail(
  server: MailServer,
  { recipients, ...mail }: Mail,
  { closing, onExchange, language = 'en' }: SendContext,
): Promise<AttemptOutcome> {
  if (recipients.length === 0) return { kind: 'refused', reason: 'clientError', detail: NOBODY }
  const deadline = AbortSignal.timeout(server.timeoutMs)
  const signal = AbortSignal.any([deadline, closing])
  let answer = ''
  try {
    const { createTransport } = await import('nodemailer')
    const transport = createTransport(await transportOptions(server, signal))
    try {
      const envelope = { from: mail.from, to: [...recipients] }
      const info = await transport.sendMail({ ...mail, envelope, signal })
      answer = info.response
      return outcomeOfRecipients(recipients.length, info.rejectedErrors)
    } finally {
      transport.close()
    }
  } catch (error) {
    const outcome = outcomeOfMail(error, recipients.length, deadline.aborted, server.timeoutMs)
    answer = outcome.kind === 'partly' ? NOT_ONE[language] : detailIn(outcome.detail, language)
    return outcome
  } finally {
    const { host, port } = server
    const request = `SMTP ${host}:${port}\nFrom: ${mail.from}\nTo: ${recipients.join(', ')}\nSubject: ${mail.subject}\n\n${mail.text}`
    onExchange?.({ request, answer })
  }
}

async function transportOptions(server: MailServer, signal: AbortSignal) {
  const { host, port, security, user, password, ca, timeoutMs } = server
  return {
    host,
    port,
    // Our own connection, whose address was checked.
    connection: await dialSocket(host, port, signal),
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    tls: { servername: host, ...(ca === undefined ? {} : { ca }) },
    ...(user === undefined ? {} : { auth: { user, pass: password?.reveal() ?? '' } }),
  }
}
