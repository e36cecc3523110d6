import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { reachSource } from '../../sources/reach.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { makeSourceContext } from '../../testing/source-context.ts'
import dns from './dns.ts'

const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close()
})

/** A stand-in for a DNS server (RFC 1035): so many A records and a code; without a code it is silent. */
async function listen(rcode: number | undefined, answers = 0): Promise<string> {
  const socket = createSocket('udp4')
  sockets.push(socket)
  socket.on('message', (question, from) => {
    if (rcode === undefined) return
    const end = question.indexOf(0, 12) + 5
    const head = Buffer.from(question.subarray(0, end))
    head.writeUInt16BE(0x8180 | rcode, 2)
    head.writeUInt16BE(answers, 6)
    head.writeUInt32BE(0, 8)
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 5])
    socket.send(
      Buffer.concat([head, ...Array.from({ length: answers }, () => record)]),
      from.port,
      from.address,
    )
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return `127.0.0.1:${socket.address().port}`
}

const open = async (server: string, timeout = '30s') =>
  reachSource.open(
    await makeSourceContext({ options: { dns: [{ name: 'his.example', server }], timeout } }),
  )

async function look(server: string, timeout?: string) {
  await using opened = await open(server, timeout)
  const { samples } = await sampleOnce(dns, opened.session)
  return samples[0]
}

describeProbe(dns, { open: async () => open(await listen(0, 1)) })

test('counts the records of an answer', async () => {
  const server = await listen(0, 2)
  const sample = await look(server)
  expect(sample?.tags).toEqual({
    server,
    domain: 'his.example',
    record_type: 'A',
    result: 'success',
    rcode: 'NOERROR',
  })
  expect(sample?.fields).toMatchObject({ result_code: 0, rcode_value: 0, answers: 2 })
})

test.each([
  ['NXDOMAIN', 3],
  ['SERVFAIL', 2],
  ['REFUSED', 5],
  ['NOERROR', 0],
])('%s without a record', async (rcode, value) => {
  expect(await look(await listen(value))).toMatchObject({
    tags: { rcode, result: 'error' },
    fields: { result_code: 2, rcode_value: value, answers: 0 },
  })
})

test('a server that is silent', async () => {
  const sample = await look(await listen(undefined), '300ms')
  expect(sample?.fields).toEqual({
    result_code: 1,
    query_time_ms: undefined,
    rcode_value: undefined,
    answers: undefined,
  })
})
