import { BlockList, isIP, isIPv4 } from 'node:net'
import type { LocalizedText } from '@wardround/program'

/** Why an address may not be connected to. */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError'
  /** As in Node's errors: a stable word without the address. */
  readonly code = 'ADDRESS_REFUSED'
  readonly text: LocalizedText

  constructor(text: LocalizedText) {
    super(text.en)
    this.text = text
  }
}

/** What no notice may ever be sent to: places that mean this host, its cloud's metadata, a link's neighbours or nobody at all. */
const REFUSED = blockList([
  ['0.0.0.0', 8],
  ['169.254.0.0', 16], // link-local, and the metadata services of most clouds
  ['192.0.0.0', 24], // protocol assignments; 192.0.0.192 is a metadata service
  ['100.100.100.200', 32], // Alibaba Cloud's metadata
  ['168.63.129.16', 32], // Azure's
  ['198.18.0.0', 15], // benchmarks
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
  ['::', 128],
  ['fe80::', 10], // link-local
  ['fec0::', 10], // site-local of old
  ['ff00::', 8], // multicast
  ['2001::', 32], // Teredo: another address is hidden within
  ['2002::', 16], // 6to4, likewise
  ['64:ff9b::', 96], // NAT64, likewise
  ['64:ff9b:1::', 48],
  ['fd00:ec2::', 32], // Amazon's metadata over IPv6
  ['fd20:ce::', 32], // Google's
])

const LOOPBACK = blockList([
  ['127.0.0.0', 8],
  ['::1', 128],
])

/** Of these, what may be written to mean this machine: the same that the documents name. */
const OWN = blockList([
  ['127.0.0.1', 32],
  ['::1', 128],
])

/** Names by which clouds offer their metadata; they resolve to refused addresses, but not where a proxy resolves them. */
const REFUSED_NAMES =
  /(^|\.)(metadata\.google\.internal|metadata\.goog|metadata\.tencentyun\.com|instance-data|instance-data\.ec2\.internal)$/

function blockList(ranges: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of ranges)
    list.addSubnet(network, prefix, isIPv4(network) ? 'ipv4' : 'ipv6')
  return list
}

/**
 * Checks the host of a configured http(s) URL as it is written: an IPv4 address in four decimal numbers, an IPv6 address that hides no other,
 * or a name; no user, no blanks. Private addresses are good; this machine's are 127.0.0.1, [::1] and localhost, and no others of 127.0.0.0/8.
 * @throws AddressRefusedError
 */
export function checkWrittenUrl(text: string, mayHaveUser = false): URL {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new AddressRefusedError({
      zh: '不是 http:// 或 https:// 地址',
      en: 'is no http:// or https:// address',
    })
  // What the parser passes over in silence (line ends, blanks, backslashes) hides where an address leads.
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  if (/[\u0000-\u0020\u007f-\u00a0\\]/.test(text))
    throw new AddressRefusedError({
      zh: '含有空白、控制字符或反斜杠',
      en: 'has blanks, control characters or backslashes',
    })
  if (mayHaveUser) return checkedHost(text, url)
  if (url.username !== '' || url.password !== '' || /^\w+:\/*[^/?#]*@/.test(text))
    throw new AddressRefusedError({
      zh: '地址里不能写用户名和密码；请用 bearerToken 或 headers',
      en: 'has a user or a password in it; use bearerToken or headers',
    })
  return checkedHost(text, url)
}

function checkedHost(text: string, url: URL): URL {
  checkWrittenHost(writtenHost(text), url.hostname)
  return url
}

function writtenHost(text: string): string {
  const authority = /^https?:\/\/(?:[^/?#]*@)?([^/?#]*)/i.exec(text)?.[1] ?? ''
  return authority.replace(/:\d*$/, '').toLowerCase()
}

function checkWrittenHost(written: string, parsed: string): void {
  const address = parsed.replace(/^\[|\]$/g, '')
  if (isIP(address) === 0) {
    if (REFUSED_NAMES.test(parsed.replace(/\.$/, ''))) throw refusedKind(METADATA)
    if (/^(.+\.)?localhost\.?$/.test(parsed) && written !== 'localhost') throw loopback()
    return
  }
  if (isIPv4(address) && written !== address)
    throw new AddressRefusedError({
      zh: 'IPv4 地址必须写成四段十进制数，如 10.0.0.8',
      en: 'has an IPv4 address that is not written as four decimal numbers, such as 10.0.0.8',
    })
  checkAddress(address, true)
}

const METADATA: LocalizedText = {
  zh: '指向云平台元数据服务，不允许',
  en: "leads to a cloud's metadata, which is not allowed",
}

function refusedKind(text: LocalizedText): AddressRefusedError {
  return new AddressRefusedError(text)
}

function loopback(): AddressRefusedError {
  return refusedKind({
    zh: '指向本机；只有地址直接写成 127.0.0.1、[::1] 或 localhost 时才允许',
    en: 'leads to this machine, which is only allowed where it is written as 127.0.0.1, [::1] or localhost',
  })
}

/**
 * Checks an address that is about to be connected to.
 * @throws AddressRefusedError
 */
export function checkAddress(address: string, loopbackAllowed: boolean): void {
  if (isIPv4(address)) return checkPlain(address, 'ipv4', loopbackAllowed)
  // ::ffff:10.0.0.1 and ::10.0.0.1 are an IPv4 address in another coat.
  if (/^::(ffff:(0:)?)?[0-9a-f.]+(:[0-9a-f]+)?$/i.test(address) && address !== '::1')
    throw refusedKind({
      zh: '是嵌在 IPv6 里的 IPv4 地址，不允许；请直接写 IPv4 地址',
      en: 'is an IPv4 address within IPv6, which is not allowed; write the IPv4 address itself',
    })
  checkPlain(address.replace(/%.*$/, ''), 'ipv6', loopbackAllowed)
}

function checkPlain(address: string, family: 'ipv4' | 'ipv6', loopbackAllowed: boolean): void {
  if (LOOPBACK.check(address, family)) {
    if (!loopbackAllowed || !OWN.check(address, family)) throw loopback()
    return
  }
  if (REFUSED.check(address, family))
    throw refusedKind({
      zh: '是链路本地、元数据、组播或保留地址，不允许',
      en: 'is a link-local, metadata, multicast or reserved address, which is not allowed',
    })
}

/** Whether the configured host itself means this machine. */
export function isWrittenLoopback(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '')
  if (address === 'localhost') return true
  return isIP(address) !== 0 && OWN.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
}
