import { formatFrame, OPCODE } from './raw-web-socket.ts'

/** What is sent, and what may be expected of the other end. */
export interface Mutation {
  readonly kind: string
  /** Bytes for the socket: one or several WebSocket frames, or what looks like some. */
  readonly bytes: Buffer
  /** The other end may wait for more: nothing is asked of it. */
  readonly mayHang: boolean
  /** It is what an agent could have sent: it must be taken. */
  readonly isValid: boolean
}

type Random = () => number

const below = (random: Random, limit: number) => Math.floor(random() * limit)

function pick<T>(random: Random, all: readonly T[]): T {
  const found = all[below(random, all.length)]
  if (found === undefined) throw new Error('nothing to pick from')
  return found
}

const binary = (payload: Uint8Array) => formatFrame({ opcode: OPCODE.binary, payload })
const text = (payload: Uint8Array) => formatFrame({ opcode: OPCODE.text, payload })

/** Numbers that readers of lengths and values trip over, as bytes of the wire. */
const HARD_BYTES: readonly (readonly number[])[] = [
  [0],
  [0x7f],
  [0x80],
  [0xff],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
  // NaN, ∞, −0 and 2^63, little-endian doubles
  [0, 0, 0, 0, 0, 0, 0xf8, 0x7f],
  [0, 0, 0, 0, 0, 0, 0xf0, 0x7f],
  [0, 0, 0, 0, 0, 0, 0, 0x80],
  [0, 0, 0, 0, 0, 0, 0xe0, 0x43],
  [...Buffer.from('__proto__')],
  [0xc3, 0x28],
  [0xed, 0xa0, 0x80],
]

/** Changes of a frame's payload. */
const PAYLOAD_CHANGES: readonly ((bytes: Buffer, random: Random) => Buffer)[] = [
  (bytes, random) => {
    const changed = Buffer.from(bytes)
    const at = below(random, changed.length)
    changed[at] = (changed[at] ?? 0) ^ (1 << below(random, 8))
    return changed
  },
  (bytes, random) => {
    const changed = Buffer.from(bytes)
    changed[below(random, changed.length)] = below(random, 256)
    return changed
  },
  (bytes, random) => bytes.subarray(0, below(random, bytes.length)),
  (bytes, random) => Buffer.concat([bytes, bytes.subarray(below(random, bytes.length))]),
  (bytes, random) => {
    const at = below(random, bytes.length)
    return Buffer.concat([
      bytes.subarray(0, at),
      Buffer.from(pick(random, HARD_BYTES)),
      bytes.subarray(at),
    ])
  },
  (bytes, random) => {
    const hard = Buffer.from(pick(random, HARD_BYTES))
    const at = below(random, bytes.length)
    return Buffer.concat([bytes.subarray(0, at), hard, bytes.subarray(at + hard.length)])
  },
  (bytes, random) => {
    const from = below(random, bytes.length)
    const to = from + below(random, bytes.length - from)
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)])
  },
]

const HARD_TEXTS: readonly string[] = [
  '',
  'null',
  '[]',
  '{}',
  '"',
  '{"type":"ping"}',
  '{"type":"ping","id":-1}',
  '{"type":"ping","id":1e999}',
  '{"type":"ping","id":9223372036854775808}',
  '{"type":"ping","id":NaN}',
  '{"type":"ping","type":"hello","id":1}',
  '{"type":"ping","id":1,"__proto__":{"type":"hello"}}',
  '{"__proto__":{"type":"ping","id":1}}',
  '{"type":"hello"}',
  '{"type":"hello","host":"x","version":"0","epoch":"0","capabilities":[],"epochs":[],"platform":"x"}',
  '{"type":"welcome","agent":"x","capabilities":[],"held":[]}',
  '{"type":"ack","epoch":"00000000000000aa","ranges":[[1,9]]}',
  '{"type":"constructor","id":1}',
  '{"type":"ping","id":1}\u0000',
  `{"type":"ping","id":1,"x":"${'a'.repeat(100_000)}"}`,
  `{"type":"ping","id":1,"x":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
  '['.repeat(50_000),
]

type Maker = (frames: readonly Buffer[], random: Random) => Mutation

function mutation(
  kind: string,
  bytes: Buffer,
  { mayHang = false, isValid = false } = {},
): Mutation {
  return { kind, bytes, mayHang, isValid }
}

/** By how often each is used: payloads of frames are what there is most to get wrong in. */
const MAKERS: readonly (readonly [number, Maker])[] = [
  [10, (frames) => mutation('valid', Buffer.concat(frames.map(binary)), { isValid: true })],
  [
    55,
    (frames, random) => {
      const target = below(random, frames.length)
      const changed = frames.map((frame, at) => {
        if (at !== target) return frame
        let bytes = frame
        for (let times = 1 + below(random, 3); times > 0 && bytes.length > 0; times--)
          bytes = pick(random, PAYLOAD_CHANGES)(bytes, random)
        return bytes
      })
      return mutation('payload', Buffer.concat(changed.map(binary)))
    },
  ],
  [
    8,
    (_frames, random) => {
      const bytes = Buffer.from(pick(random, HARD_TEXTS))
      if (random() < 0.5 || bytes.length === 0) return mutation('text', text(bytes))
      return mutation('text', text(pick(random, PAYLOAD_CHANGES)(bytes, random)))
    },
  ],
  [
    5,
    (_frames, random) => {
      const bytes = Buffer.from(
        Array.from({ length: below(random, 300) }, () => below(random, 256)),
      )
      return mutation('random', binary(bytes))
    },
  ],
  [4, (frames) => mutation('binary as text', Buffer.concat(frames.map(text)))],
  [
    3,
    (_frames, random) => mutation('text as binary', binary(Buffer.from(pick(random, HARD_TEXTS)))),
  ],
  [
    4,
    (frames, random) => {
      const bytes = frames.flatMap((frame) => fragments(frame, 1 + below(random, 20)))
      return mutation('fragments', Buffer.concat(bytes), { isValid: true })
    },
  ],
  [
    1,
    (frames) =>
      mutation(
        'too many fragments',
        Buffer.concat(fragments(frames.at(-1) ?? Buffer.alloc(0), 200)),
      ),
  ],
  [
    4,
    (frames, random) => {
      const payload = frames.at(-1) ?? Buffer.alloc(0)
      const wrong = pick(random, [
        { opcode: OPCODE.binary, reserved: 1 + below(random, 7) },
        { opcode: 3 + below(random, 5) },
        { opcode: 11 + below(random, 5) },
        { opcode: OPCODE.continuation },
        { opcode: OPCODE.binary, isMasked: false },
        { opcode: OPCODE.ping, isFinal: false },
      ])
      return mutation('protocol', formatFrame({ payload, ...wrong }))
    },
  ],
  [
    2,
    (frames, random) => {
      const claimedBytes = pick(random, [2n ** 63n, 2n ** 64n - 1n, 2n ** 30n, 1_048_577n, 5_000n])
      const payload = frames.at(-1) ?? Buffer.alloc(0)
      return mutation('length', formatFrame({ opcode: OPCODE.binary, payload, claimedBytes }), {
        mayHang: true,
      })
    },
  ],
  [
    2,
    (_frames, random) => {
      const code = pick(random, [0, 999, 1000, 1004, 1005, 1006, 1015, 2999, 4000, 65_535])
      const payload = Buffer.from(
        [code >> 8, code & 255, 0xc3, 0x28].slice(0, pick(random, [0, 1, 2, 4])),
      )
      return mutation('close', formatFrame({ opcode: OPCODE.close, payload }), { mayHang: true })
    },
  ],
  [
    2,
    (frames, random) => {
      const bytes = Buffer.concat(frames.map(binary))
      return mutation('torn', bytes.subarray(0, below(random, bytes.length)), { mayHang: true })
    },
  ],
]

const TOTAL = MAKERS.reduce((sum, [weight]) => sum + weight, 0)

/** Something to send in the place of an agent's valid binary frames. */
export function mutate(frames: readonly Uint8Array[], random: Random): Mutation {
  let at = random() * TOTAL
  const found = MAKERS.find(([weight]) => (at -= weight) < 0)
  const [, make] = found ?? pick(random, MAKERS)
  return make(
    frames.map((frame) => Buffer.from(frame)),
    random,
  )
}

function fragments(payload: Buffer, count: number): Buffer[] {
  const size = Math.max(1, Math.ceil(payload.length / count))
  const pieces = Math.max(1, Math.ceil(payload.length / size))
  return Array.from({ length: pieces }, (_, at) =>
    formatFrame({
      opcode: at === 0 ? OPCODE.binary : OPCODE.continuation,
      payload: payload.subarray(at * size, (at + 1) * size),
      isFinal: at === pieces - 1,
    }),
  )
}
