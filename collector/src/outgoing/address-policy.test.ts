import { describe, expect, test } from 'vitest'
import { AddressRefusedError, checkAddress, checkWrittenUrl } from './address-policy.ts'
import { dialling } from './dialling.ts'

/** Forms in which a notice could be led astray (S8). */
const REFUSED = [
  // other schemes
  'file:///etc/passwd',
  'gopher://10.0.0.8:70/_x',
  'ftp://10.0.0.8/x',
  'ws://10.0.0.8/x',
  'unix:/run/docker.sock',
  'http+unix://%2Frun%2Fdocker.sock/x',
  'data:text/plain,x',
  'javascript:alert(1)',
  'ldap://10.0.0.8/',
  'dict://10.0.0.8:11211/stat',
  'jar:http://10.0.0.8/x!/',
  '//10.0.0.8/x',
  '/hook',
  'hook.example/x',
  '',
  // loopback that is not written so
  'http://localhost./x',
  'http://hook.localhost/x',
  'http://LOCALHOST.localdomain.localhost/',
  'http://127.0.0.2/',
  'http://127.0.0.0/',
  'http://127.255.255.254/',
  'http://127.1/',
  'http://127.0.1/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0x7f.0.0.1/',
  'http://0x7f.1/',
  'http://017700000001/',
  'http://0177.0.0.1/',
  'http://127.0.0.1./',
  'http://127.000.000.001/',
  'http://①②⑦.0.0.1/',
  'http://127。0。0。1/',
  'http://１２７.0.0.1/',
  'http://%31%32%37.0.0.1/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[0:0:0:0:0:ffff:127.0.0.1]/',
  'http://[::127.0.0.1]/',
  'http://[0:0:0:0:0:0:0:1%25lo]/',
  'http://0/',
  'http://0.0.0.0/',
  'http://[::]/',
  'http://[0000::]/',
  // a private address in another coat
  'http://167772168/',
  'http://0x0a000008/',
  'http://012.0.0.8/',
  'http://10.8/',
  'http://[::ffff:10.0.0.8]/',
  'http://[::ffff:a00:8]/',
  // link-local and metadata
  'http://169.254.169.254/latest/meta-data/',
  'https://169.254.169.254/',
  'http://169.254.0.1/',
  'http://2852039166/',
  'http://0xa9fea9fe/',
  'http://0251.0376.0251.0376/',
  'http://169.254.43518/',
  'http://[::ffff:169.254.169.254]/',
  'http://[::ffff:a9fe:a9fe]/',
  'http://[fe80::1]/',
  'http://[FE80:0:0::1]/',
  'http://[febf::1]/',
  'http://[fd00:ec2::254]/',
  'http://100.100.100.200/',
  'http://168.63.129.16/',
  'http://192.0.0.192/',
  'http://metadata.google.internal/',
  'http://METADATA.google.internal./',
  'http://metadata.tencentyun.com/',
  'http://instance-data/latest/',
  // addresses within addresses
  'http://[2002:7f00:1::]/',
  'http://[2002:a9fe:a9fe::1]/',
  'http://[64:ff9b::169.254.169.254]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[2001:0:7f00:1::]/',
  'http://[fec0::1]/',
  // many and nobody
  'http://224.0.0.1/',
  'http://239.255.255.250:1900/',
  'http://255.255.255.255/',
  'http://240.0.0.1/',
  'http://[ff02::1]/',
  // who is asked, and who only seems to be
  'http://hook.example@169.254.169.254/',
  'http://hook.example@10.0.0.8/',
  'http://user:pass@hook.example/',
  'http://@hook.example/',
  'http://hook.example\\@169.254.169.254/',
  'http:\\\\169.254.169.254\\',
  'http://hook.example\t.evil/',
  'http://hook.exam\nple/',
  ' http://hook.example/',
  'http://hook.example/x y',
  'http://hook.example\u00a0/',
  'http://hook.example/\u0000',
]

const TAKEN = [
  'https://hook.example/x?key=1',
  'http://hook.example:8080/',
  'HTTPS://Hook.Example/',
  'http://10.0.0.8:9000/hook',
  'http://172.16.3.4/',
  'http://192.168.1.10/',
  'http://100.64.1.2/',
  'http://[fd12:3456::8]/',
  'http://127.0.0.1:9000/',
  'http://[::1]:9000/',
  'http://localhost:9000/',
  'http://webhook/',
  'https://oapi.dingtalk.com/robot/send?access_token=a%40b',
  'http://192.0.2.1/@all?mail=a@b.example',
  'https://例子.测试/',
]

describe('an address', () => {
  test('the list has as many forms as were asked for', () => {
    expect(new Set(REFUSED).size).toBeGreaterThanOrEqual(60)
  })

  test.each(REFUSED)('%j is refused', (url) => {
    expect(() => checkWrittenUrl(url)).toThrow(AddressRefusedError)
  })

  test.each(TAKEN)('%j is taken', (url) => {
    expect(checkWrittenUrl(url).hostname).not.toBe('')
  })

  test('what is refused is not in the message', () => {
    const refused = () => checkWrittenUrl('http://canary:canary@169.254.169.254/canary')
    expect(refused).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('canary') }),
    )
  })
})

describe('what a name resolves to', () => {
  test.each([
    '127.0.0.1',
    '::1',
    '127.9.9.9',
    '169.254.169.254',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    'fe80::1%eth0',
    '0.0.0.0',
    '::',
    '100.100.100.200',
    '64:ff9b::1',
  ])('%s is refused', (address) => {
    expect(() => checkAddress(address, false)).toThrow(AddressRefusedError)
  })

  test.each(['10.0.0.8', '8.8.8.8', 'fd12::8', '2400:3200::1', '192.168.0.1'])(
    '%s is taken',
    (address) => {
      expect(() => checkAddress(address, false)).not.toThrow()
    },
  )

  const resolve = (configured: string, name: string) =>
    new Promise((answer) => {
      dialling(configured).lookup(name, { all: true }, (error, addresses) =>
        answer(error ?? addresses),
      )
    })

  test('a name that leads to this machine is refused at the moment of connecting (rebinding)', async () => {
    expect(await resolve('hook.example', 'localhost')).toBeInstanceOf(AddressRefusedError)
  })

  test.each(['127.0.0.2', '127.0.1.1', '127.255.255.255'])(
    'localhost that leads to %s is refused: it is this machine under none of its written names',
    (address) => {
      expect(() => checkAddress(address, true)).toThrow(AddressRefusedError)
    },
  )

  test.each(['127.0.0.1', '::1', '0:0:0:0:0:0:0:1'])('localhost may lead to %s', (address) => {
    expect(() => checkAddress(address, true)).not.toThrow()
  })

  test('localhost that is written so is taken', async () => {
    expect(await resolve('localhost', 'localhost')).toContainEqual(
      expect.objectContaining({ address: expect.stringMatching(/^(127\.0\.0\.1|::1)$/) }),
    )
  })
})
