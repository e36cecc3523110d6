import type { SMTPServerOptions } from 'smtp-server'
import { describe, expect, test } from 'vitest'
import { aChannel } from '../testing/a-channel.ts'
import { aNotice } from '../testing/a-notice.ts'
import { anAlert } from '../testing/a-transition.ts'
import { headersOf, startMailServer } from '../testing/mail-stand-in.ts'
import { openMemoryTables } from '../testing/memory-tables.ts'
import { aDelivery, openOver, silent, untilCounts } from '../testing/open-over.ts'
import { sendOnce } from '../testing/send-once.ts'

/** Refuses recipients by the beginning of their addresses. */
const refusing = (codes: Readonly<Record<string, number>>): SMTPServerOptions => ({
  onRcptTo({ address }, _session, done) {
    const [, responseCode] =
      Object.entries(codes).find(([start]) => address.startsWith(start)) ?? []
    done(
      responseCode === undefined
        ? undefined
        : Object.assign(new Error('said so'), { responseCode }),
    )
  },
})

const open = (port: number, settings: object = {}) =>
  aChannel({
    type: 'email',
    host: 'localhost',
    port,
    security: 'none',
    from: 'wardround@example.org',
    ...settings,
  })

describe('an e-mail', () => {
  test('of which a recipient is refused is sent to the others, and the refused are named with their codes', async () => {
    const { port, mails } = await startMailServer(refusing({ 'gone@': 550, 'grey@': 451 }))
    const to = ['gone@example.org', 'duty@example.org', 'grey@example.org']
    const channel = await open(port, { to })
    expect(await sendOnce(channel)).toEqual({
      kind: 'partly',
      accepted: 1,
      never: [{ address: 'gone@example.org', code: 550 }],
      later: [{ address: 'grey@example.org', code: 451 }],
    })
    expect(await sendOnce(channel, [aNotice()], { onlyTo: ['duty@example.org'] })).toEqual({
      kind: 'accepted',
    })
    expect(mails.map((mail) => mail.to)).toEqual([['duty@example.org'], ['duty@example.org']])
    // Whom it is for is in its header, whoever of them it goes to now.
    expect(headersOf(mails[1]?.raw ?? '').get('to')).toBe(to.join(', '))
  })

  test.each([
    {
      note: 'for good, is given up',
      codes: { 'a@': 550, 'b@': 553 },
      outcome: {
        kind: 'refused',
        reason: 'clientError',
        detail: {
          zh: '收件人被拒收，不再发送：a@example.org（550）、b@example.org（553）',
          en: 'recipients refused for good: a@example.org (550), b@example.org (553)',
        },
      },
    },
    {
      note: 'some of them for now, is tried again for these',
      codes: { 'a@': 550, 'b@': 450 },
      outcome: {
        kind: 'partly',
        accepted: 0,
        never: [{ address: 'a@example.org', code: 550 }],
        later: [{ address: 'b@example.org', code: 450 }],
      },
    },
  ])('of which every recipient is refused $note', async ({ codes, outcome }) => {
    const { port, mails } = await startMailServer(refusing(codes))
    const channel = await open(port, { to: ['a@example.org', 'b@example.org'] })
    expect(await sendOnce(channel)).toEqual(outcome)
    expect(mails).toEqual([])
  })

  test('is retried for the recipient alone that was refused for now, counts as delivered, and what is newer does not wait', async () => {
    const codes: Record<string, number> = { 'gone@': 550, 'grey@': 450 }
    const { port, mails } = await startMailServer(refusing(codes))
    const to = ['duty@example.org', 'gone@example.org', 'grey@example.org']
    const channel = await open(port, { to })
    const tables = openMemoryTables()
    let passedMs = 0
    const given: unknown[] = []
    const onGivenUp = (_: unknown, { detail }: { detail: unknown }) => void given.push(detail)
    const more = { monotonicMs: () => passedMs, onGivenUp }
    await using notifier = openOver(tables, [channel], silent, more)
    await tables.outbox.enqueue([aDelivery('a', { groupKey: 'g' })])
    notifier.wake()
    await expect.poll(() => notifier.status()['duty']).toMatchObject({ sent: 1, givenUp: 0 })
    await tables.outbox.enqueue([aDelivery('b', { groupKey: 'g' })])
    notifier.wake()
    await expect.poll(() => mails.length).toBe(2)
    delete codes['grey@']
    passedMs = 61_000
    notifier.wake()
    await untilCounts(tables, { duty: { queued: 0, sent: 2, givenUp: 0 } })
    expect(mails.map((mail) => mail.to)).toEqual([
      ['duty@example.org'],
      ['duty@example.org'],
      ['grey@example.org'],
      ['grey@example.org'],
    ])
    const { fingerprint } = anAlert()
    expect(tables.dispatch.decisions(fingerprint, 9)).toMatchObject([
      { code: 'partly', channels: ['duty'], failure: { reason: 'recipient' } },
      {
        failure: {
          detail: {
            zh: '收件人被拒收，不再发送：gone@example.org（550）；收件人暂时拒收，稍后只向其重发：grey@example.org（450）',
          },
        },
      },
    ])
    expect(notifier.status()['duty']).toMatchObject({ sent: 2, givenUp: 0, refusal: undefined })
  })

  test('that a recipient never gets stays delivered to the others, and says who did not get it', async () => {
    const codes: Record<string, number> = { 'grey@': 450 }
    const { port } = await startMailServer(refusing(codes))
    const channel = await open(port, { to: ['duty@example.org', 'grey@example.org'] })
    const tables = openMemoryTables()
    let passedMs = 0
    const given: unknown[] = []
    const onGivenUp = (_: unknown, { detail }: { detail: unknown }) => void given.push(detail)
    const more = { monotonicMs: () => passedMs, onGivenUp }
    await using notifier = openOver(tables, [channel], silent, more)
    await tables.outbox.enqueue([aDelivery('a')])
    notifier.wake()
    await expect.poll(() => notifier.status()['duty']).toMatchObject({ sent: 1 })
    codes['grey@'] = 550
    passedMs = 61_000
    notifier.wake()
    await untilCounts(tables, { duty: { queued: 0, sent: 1, givenUp: 0 } })
    expect(given).toEqual([
      {
        zh: '收件人未收到：grey@example.org（收件人被拒收，不再发送：grey@example.org（550））',
        en: 'recipients who did not get it: grey@example.org (recipients refused for good: grey@example.org (550))',
      },
    ])
  })
})
