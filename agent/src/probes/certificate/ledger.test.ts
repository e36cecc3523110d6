import { expect, test } from 'vitest'
import { NoDataError } from '../../probe.ts'
import { certificateSource } from '../../sources/certificate.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { makeSourceContext } from '../../testing/source-context.ts'
import ledger from './ledger.ts'

const KEY = {
  name: '医保结算 UKey 3 号',
  subject: 'CN=某医院',
  issuer: '某省 CA',
  serial: '1A2B',
  holder: '收费处',
  notAfter: '2027-05-01T00:00:00Z',
}

const open = async (...entries: readonly object[]) =>
  certificateSource.open(await makeSourceContext({ options: { ledger: entries } }))

describeProbe(ledger, { open: () => open(KEY) })

test('tells when a certificate on paper expires', async () => {
  await using opened = await open({ ...KEY, kind: 'sm2', notBefore: '2026-05-01T00:00:00Z' })
  const timeMs = Date.parse('2027-04-01T00:00:00Z')
  const { samples, documents } = await sampleOnce(ledger, opened.session, { timeMs })
  expect(samples).toEqual([
    {
      measurement: 'x509_cert',
      tags: {
        source: 'ledger/医保结算 UKey 3 号',
        type: 'leaf',
        position: '0',
        issuer_common_name: '某省 CA',
        common_name: 'CN=某医院',
        name: '医保结算 UKey 3 号',
        holder: '收费处',
        kind: 'sm2',
      },
      fields: {
        startdate: Date.parse('2026-05-01T00:00:00Z') / 1000,
        age: 335 * 86_400,
        enddate: Date.parse('2027-05-01T00:00:00Z') / 1000,
        expiry: 30 * 86_400,
        days_left: 30,
        lifetime_days: 365,
      },
    },
  ])
  expect(documents).toMatchObject([{ keep: 'history', body: [{ serial: '1A2B', kind: 'sm2' }] }])
})

test('a day counts whole, in this host’s time zone', async () => {
  await using opened = await open({ name: 'key', notAfter: '2027-05-01' })
  const { samples } = await sampleOnce(ledger, opened.session)
  expect(samples[0]?.fields['enddate']).toBe(new Date(2027, 4, 2).getTime() / 1000 - 1)
  expect(samples[0]?.fields['lifetime_days']).toBeUndefined()
})

test('has no data where nothing is entered', async () => {
  await using opened = await open()
  await expect(sampleOnce(ledger, opened.session)).rejects.toThrow(NoDataError)
})
