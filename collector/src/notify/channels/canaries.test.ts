import { inspect } from 'node:util'
import { openLog } from '@wardround/program'
import { expect, test } from 'vitest'
import { openNotifier } from '../delivery/notifier.ts'
import { aChannel } from '../testing/a-channel.ts'
import { aNotice } from '../testing/a-notice.ts'
import { openMemoryTables } from '../testing/memory-tables.ts'
import {
  hang,
  reset,
  startWebhookServer,
  status,
  type Behaviour,
} from '../testing/webhook-server.ts'
import { CHANNEL_KINDS } from './kinds.ts'

const CANARY = 'canary-4711-canary'

const secret = { env: 'CANARY' }

/** Every kind with a secret wherever one may stand. */
const SETTINGS: Readonly<Record<string, (port: string) => Readonly<Record<string, unknown>>>> = {
  webhook: () => ({ url: { env: 'URL' }, bearerToken: secret }),
  alertmanager: () => ({ url: { env: 'URL' }, bearerToken: secret }),
  http: () => ({
    url: { env: 'URL' },
    signingSecret: secret,
    headers: { 'X-Key': secret },
    success: { member: 'errcode', equals: 0 },
  }),
  dingtalk: () => ({ url: { env: 'URL' }, signingSecret: secret }),
  wecom: () => ({ url: { env: 'URL' } }),
  feishu: () => ({ url: { env: 'URL' }, signingSecret: secret }),
  email: (port) => ({
    host: '127.0.0.1',
    port: Number(port),
    security: 'none',
    user: 'watch',
    password: secret,
    from: 'a@example.org',
    to: ['b@example.org'],
  }),
  relay: () => ({
    url: { env: 'URL' },
    as: 'north',
    channel: 'group',
    secret,
    bearerToken: secret,
  }),
  'sms-modem': () => ({ command: ['/nonexistent/modem'], phones: ['13800000000'] }),
}

/** Says back all that it heard. */
const echo: Behaviour = ({ path, headers, body }, answer) => {
  const said = `${path} ${JSON.stringify(headers)} ${body}`
  answer.end(JSON.stringify({ errcode: 310000, code: 19021, errmsg: said, msg: said }))
}

test.each(CHANNEL_KINDS.map(({ type }) => type))(
  'whatever goes wrong, %s shows none of its secrets (S11)',
  async (type) => {
    let logged = ''
    const write = (line: string) => void (logged += line)
    const log = openLog({ name: 'test', level: 'trace', destination: { write } })
    for (const behaviour of [echo, status(401), status(302), reset, hang]) {
      await using server = await startWebhookServer(behaviour)
      const url = `${server.url}/${CANARY}?access_token=${CANARY}&key=${CANARY}`
      const settings = SETTINGS[type]?.(new URL(server.url).port) ?? {}
      const channel = await aChannel(
        { type, timeout: '300ms', giveUpAfter: '0s', ...settings },
        { CANARY, URL: url },
      )
      const tables = openMemoryTables()
      const notice = aNotice({ atMs: Date.now() })
      const delivery = { deliveryId: 'd', channel: 'duty', groupKey: 'g', createdAtMs: 0, notice }
      tables.table.enqueue([delivery])
      const parts = { channels: [channel], outbox: tables.outbox, log, version: '0' }
      await using notifier = openNotifier(parts)
      // To some, HTTP 200 is success whatever the body says.
      const isOver = () => {
        const { sent = 0, failedAttempts = 0 } = notifier.status()['duty'] ?? {}
        return sent + failedAttempts > 0
      }
      await expect.poll(isOver).toBe(true)
      const rows = tables.database.prepare('SELECT * FROM notification_outbox').all()
      const shown = [logged, rows, notifier.status(), tables.table.givenUp(9), channel]
      expect(JSON.stringify(shown) + inspect(shown, { depth: 9, showHidden: true })).not.toContain(
        CANARY,
      )
    }
    expect(logged).not.toBe('')
  },
)
