import { expect, test } from 'vitest'
import { readPkcs12 } from './read-pkcs12.ts'

const GOES_ON = new AbortController().signal

/** An element of DER. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const head = length < 128 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Uint8Array.from(head), content])
}

function integer(value: number): Buffer {
  const hex = value.toString(16)
  return der(0x02, Buffer.from(hex.length % 2 === 0 ? `00${hex}` : `0${hex}`, 'hex'))
}

/** Not a file that holds anything, but one that asks for these rounds; the first are the checksum's. */
function asksFor(ofMac: number, ...rounds: readonly number[]): Buffer {
  const salt = der(0x04, Buffer.from('salt'))
  const safes = rounds.map((count) => der(0x30, der(0x30, salt, integer(count))))
  const mac = der(0x30, der(0x30), salt, integer(ofMac))
  return der(0x30, integer(3), der(0x30, der(0xa0, der(0x04, der(0x30, ...safes)))), mac)
}

test.each([
  ['one count', asksFor(1, 2_000_001)],
  ['many that are fair each', asksFor(1, ...Array.from({ length: 21 }, () => 100_000))],
  ['the checksum', asksFor(200_001)],
  ['a number of 16 bytes', asksFor(1, 2 ** 100)],
])('rounds without end are refused before anything is derived: %s', async (_, bytes) => {
  await expect(readPkcs12(bytes, 'x', { signal: GOES_ON })).rejects.toThrow('too many rounds')
})

test('what is within the bounds is read in a child, which tells what is wrong', async () => {
  const bytes = asksFor(1, ...Array.from({ length: 19 }, () => 100_000))
  const reading = readPkcs12(bytes, 'x', { signal: GOES_ON })
  await expect(reading).rejects.toMatchObject({ failure: 'unparsable' })
}, 60_000)

test('is given up at its deadline, and with the run', async () => {
  const bytes = asksFor(1, 1000)
  const late = readPkcs12(bytes, 'x', { signal: GOES_ON, deadlineMs: 0 })
  await expect(late).rejects.toMatchObject({ failure: 'timeout' })
  const run = new AbortController()
  const reading = readPkcs12(bytes, 'x', { signal: run.signal })
  run.abort()
  await expect(reading).rejects.toMatchObject({ failure: 'timeout' })
  const over = readPkcs12(bytes, 'x', { signal: run.signal })
  await expect(over).rejects.toMatchObject({ failure: 'timeout' })
}, 60_000)
