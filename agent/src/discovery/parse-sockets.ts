/** A TCP socket that listens. */
export interface Listener {
  /** As a client would write it; 127.0.0.1 or ::1 where it listens on all addresses. */
  readonly host: string
  readonly port: number
  readonly uid: number
  readonly inode: string
}

const LISTEN = '0A'
const ANY = /^0+$/

/** Listening sockets of /proc/net/tcp or tcp6. */
export function parseListeners(text: string): Listener[] {
  return text.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , uid, , inode = ''] = line.trim().split(/\s+/)
    const [address = '', port = ''] = local.split(':')
    if (state !== LISTEN || !/^[\dA-F]{4}$/.test(port)) return []
    return [{ host: toHost(address), port: Number.parseInt(port, 16), uid: Number(uid), inode }]
  })
}

/** Paths of listening stream sockets of /proc/net/unix. */
export function parseUnixSockets(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    // Num RefCount Protocol Flags Type St Inode Path; flag 0x10000: it accepts connections.
    const path = /^\S+ \S+ \S+ 00010000 0001 01\s+\d+ (\/.+)$/.exec(line.trim())?.[1]
    return path === undefined ? [] : [path]
  })
}

/** `localhost` where it listens everywhere. Words of four bytes, each with its bytes in the order of the machine. */
function toHost(hex: string): string {
  if (ANY.test(hex)) return '127.0.0.1'
  const words = hex.match(/.{8}/g) ?? []
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).toReversed())
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.')
  const text = bytes.join('')
  if (text.startsWith('00000000000000000000FFFF')) return toHost(words[3] ?? '')
  if (/^0{31}1$/.test(text)) return '[::1]'
  return `[${(text.match(/.{4}/g) ?? []).map((group) => group.replace(/^0{1,3}/, '').toLowerCase()).join(':')}]`
}
