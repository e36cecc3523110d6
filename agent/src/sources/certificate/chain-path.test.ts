import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  CertificateWorkshop,
  NO_OPENSSL,
  type CertificateOrder,
  type MadeCertificate,
} from '../../testing/certificate-workshop.ts'
import { findPath } from './chain-path.ts'
import { TrustStore } from './trust-store.ts'

const AUTHORITY = { isAuthority: true, from: -900, until: 900 }
const EXPIRED = { isAuthority: true, from: -900, until: -9 }

describe.skipIf(NO_OPENSSL !== undefined)('findPath, which goes by what was sent alone', () => {
  let shop: CertificateWorkshop
  const made: Record<string, MadeCertificate> = {}

  const make = async (
    order: Omit<CertificateOrder, 'issuer' | 'keyOf'>,
    issuer?: string,
    keyOf?: string,
  ) => {
    made[order.name] = await shop.make({
      ...order,
      ...(issuer === undefined ? {} : { issuer: made[issuer] as MadeCertificate }),
      ...(keyOf === undefined ? {} : { keyOf: made[keyOf] as MadeCertificate, commonName: keyOf }),
    })
  }

  beforeAll(async () => {
    shop = await CertificateWorkshop.open()
    await make({ name: 'root', ...AUTHORITY })
    await make({ name: 'old-root', ...EXPIRED })
    await make({ name: 'foreign', ...AUTHORITY })
    await make({ name: 'inter', ...AUTHORITY, until: 400 }, 'root')
    await make({ name: 'inter-old', ...EXPIRED }, 'root', 'inter')
    await make({ name: 'inter-foreign', ...AUTHORITY, until: 800 }, 'foreign', 'inter')
    await make({ name: 'root-cross', ...EXPIRED }, 'old-root', 'root')
    await make({ name: 'leaf' }, 'inter')
    await make({ name: 'no-authority' }, 'inter')
    await make({ name: 'forged' }, 'no-authority')
    // two authorities that have signed each other
    await make({ name: 'a', ...AUTHORITY })
    await make({ name: 'b', ...AUTHORITY })
    await make({ name: 'a-by-b', ...AUTHORITY }, 'b', 'a')
    await make({ name: 'b-by-a', ...AUTHORITY }, 'a', 'b')
    await make({ name: 'under-a' }, 'a')
  })
  afterAll(() => shop?.[Symbol.asyncDispose]())

  const read = (name: string) => new X509Certificate(made[name]?.pem ?? '')

  function find(head: string, sent: readonly string[], trusted: readonly string[]) {
    const trust = new TrustStore(trusted.map((name) => made[name]?.pem ?? ''))
    const path = findPath(read(head), sent.map(read), trust, Date.now())
    const names = path.certificates.map(
      ({ fingerprint256 }) =>
        Object.keys(made).find((name) => read(name).fingerprint256 === fingerprint256) ?? '?',
    )
    return { names, end: path.end, isInDate: path.isInDate }
  }

  test.each<{
    note: string
    sent: string[]
    trusted: string[]
    names: string[]
    end: string
    isInDate: boolean
  }>([
    {
      note: 'an intermediate and a root of the store',
      sent: ['inter'],
      trusted: ['root'],
      names: ['leaf', 'inter', 'root'],
      end: 'trusted',
      isInDate: true,
    },
    {
      note: 'the expired version of an intermediate beside the renewed one',
      sent: ['inter-old', 'inter'],
      trusted: ['root'],
      names: ['leaf', 'inter', 'root'],
      end: 'trusted',
      isInDate: true,
    },
    {
      note: 'the other way round',
      sent: ['inter', 'inter-old'],
      trusted: ['root'],
      names: ['leaf', 'inter', 'root'],
      end: 'trusted',
      isInDate: true,
    },
    {
      note: 'a root cross-signed by one that has expired, both of them trusted',
      sent: ['inter', 'root-cross', 'old-root'],
      trusted: ['old-root', 'root'],
      names: ['leaf', 'inter', 'root'],
      end: 'trusted',
      isInDate: true,
    },
    {
      note: 'a trusted way that is shorter-lived than an untrusted one',
      sent: ['inter-foreign', 'foreign', 'inter'],
      trusted: ['root'],
      names: ['leaf', 'inter', 'root'],
      end: 'trusted',
      isInDate: true,
    },
    {
      note: 'of two good ways the one that lasts longer',
      sent: ['inter', 'inter-foreign'],
      trusted: ['root', 'foreign'],
      names: ['leaf', 'inter-foreign', 'foreign'],
      end: 'trusted',
      isInDate: true,
    },
    {
      note: 'only an expired way',
      sent: ['inter-old'],
      trusted: ['root'],
      names: ['leaf', 'inter-old', 'root'],
      end: 'trusted',
      isInDate: false,
    },
    {
      note: 'nothing above it',
      sent: [],
      trusted: ['root'],
      names: ['leaf'],
      end: 'open',
      isInDate: true,
    },
    {
      note: 'an untrusted root',
      sent: ['inter-foreign', 'foreign'],
      trusted: ['root'],
      names: ['leaf', 'inter-foreign', 'foreign'],
      end: 'untrusted',
      isInDate: true,
    },
  ])('$note', ({ sent, trusted, names, end, isInDate }) => {
    expect(find('leaf', sent, trusted)).toEqual({ names, end, isInDate })
  })

  test('a certificate that is no authority has issued nothing', () => {
    const { names, end } = find('forged', ['no-authority', 'inter'], ['root'])
    expect({ names, end }).toEqual({ names: ['forged'], end: 'open' })
  })

  test('authorities that have signed each other make no endless way', () => {
    const { end } = find('under-a', ['a-by-b', 'b-by-a'], ['root'])
    expect(end).toBe('open')
    expect(find('under-a', ['a-by-b', 'b-by-a'], ['b']).names).toEqual(['under-a', 'a-by-b', 'b'])
  })
})
