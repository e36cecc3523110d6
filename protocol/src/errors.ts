/** Every code of a ProtocolError: the close code that its finder sends, and whether the same input may succeed on a new connection. */
const PROTOCOL_ERRORS = {
  /** A frame or message is longer than the limit. */
  FRAME_TOO_LARGE: { closeCode: 1009, retryable: false },
  /** A frame ends before its content does. */
  FRAME_TRUNCATED: { closeCode: 1002, retryable: false },
  /** A frame contradicts itself or goes on after its content. */
  FRAME_MALFORMED: { closeCode: 1002, retryable: false },
  /** The first byte names no kind of frame. */
  FRAME_UNKNOWN: { closeCode: 1002, retryable: false },
  /** A text is not UTF-8. */
  TEXT_NOT_UTF8: { closeCode: 1007, retryable: false },
  /** A count or length is over its limit in limits.ts. */
  LIMIT_EXCEEDED: { closeCode: 1008, retryable: false },
  /** A frame after one that was refused: the coder state of the connection is gone. */
  CONNECTION_BROKEN: { closeCode: 1002, retryable: true },
  /** A text message is not JSON or not of its schema. */
  MESSAGE_MALFORMED: { closeCode: 1007, retryable: false },
  /** A text message of no known type. */
  MESSAGE_UNKNOWN: { closeCode: 1002, retryable: false },
  /** A record on disk that passed its checksum but can't be read. */
  RECORD_MALFORMED: { closeCode: 1011, retryable: false },
  /** A name, tag or kind of a series is not allowed. */
  SHAPE_INVALID: { closeCode: 1008, retryable: false },
  /** NaN or an infinity was to be sent. */
  NOT_A_NUMBER: { closeCode: 1008, retryable: false },
  /** What was to be sent contradicts itself (lengths, subject, times). */
  BATCH_INVALID: { closeCode: 1008, retryable: false },
  /** What was to be sent can't fit a frame. */
  BATCH_TOO_LARGE: { closeCode: 1009, retryable: false },
  /** This connection has no series numbers left; a new one starts from 0. */
  NUMBERS_EXHAUSTED: { closeCode: 1000, retryable: true },
} as const

export type ProtocolErrorCode = keyof typeof PROTOCOL_ERRORS

/** What one end sent, or was asked to send, breaks the protocol. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
  readonly code: ProtocolErrorCode
  /** What to close the WebSocket with; see CLOSE_CODES. */
  readonly closeCode: CloseCode
  readonly retryable: boolean

  constructor(code: ProtocolErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.closeCode = PROTOCOL_ERRORS[code].closeCode
    this.retryable = PROTOCOL_ERRORS[code].retryable
  }
}

export interface CloseReason {
  readonly name: string
  /** Whether the agent opens a new connection (after its back-off). */
  readonly reconnect: boolean
  /** Whether a frame of the agent was the cause: one that causes it twice is set aside. */
  readonly blamesFrame: boolean
  readonly meaning: string
}

/** Close codes of the sub-protocol `wardround.v1`: RFC 6455's where one fits, 4000 and above our own. */
export const CLOSE_CODES = {
  1000: reason('NORMAL', true, false, 'The connection has done its work.'),
  1001: reason('GOING_AWAY', true, false, 'This end is stopping.'),
  1002: reason('PROTOCOL_ERROR', true, true, 'A frame could not be understood.'),
  1003: reason('UNSUPPORTED', true, true, 'A kind of frame that this end does not take.'),
  1006: reason('ABNORMAL', true, false, 'The connection broke without a close frame (never sent).'),
  1007: reason(
    'INVALID_TEXT',
    true,
    true,
    'A text is not UTF-8, or a message is not of its schema.',
  ),
  1008: reason('LIMIT_EXCEEDED', true, true, 'A frame is over a limit.'),
  1009: reason('TOO_LARGE', true, true, 'A frame is longer than the limit.'),
  1011: reason('INTERNAL_ERROR', true, false, 'This end failed.'),
  1012: reason('RESTARTING', true, false, 'The collector restarts.'),
  1013: reason('TRY_LATER', true, false, 'The collector can take nothing now.'),
  4000: reason('REPLACED', false, false, 'A newer connection of the same process took over.'),
  4001: reason(
    'IDENTITY_BUSY',
    true,
    false,
    'Another process holds this identity and still answers.',
  ),
  4002: reason('NO_HELLO', true, false, 'No hello, or none in time.'),
  4003: reason('NO_PONG', true, false, 'The other end no longer answers.'),
  4004: reason('TOO_SLOW', true, false, 'The other end does not read what it is sent.'),
  4005: reason('IDENTITY_REVOKED', true, false, 'This identity is no longer accepted.'),
  4006: reason('WINDOW_EXCEEDED', true, false, 'More in flight than the window of welcome allows.'),
  4007: reason(
    'DEMO_DATA',
    true,
    false,
    'One end is a demo with invented data, the other is not: they are kept apart.',
  ),
} as const satisfies Record<number, CloseReason>

export type CloseCode = keyof typeof CLOSE_CODES

/** What a close code says; codes that we don't know are met with another connection. */
export function closeReason(code: number): CloseReason {
  const table: Readonly<Record<number, CloseReason>> = CLOSE_CODES
  return table[code] ?? reason('UNKNOWN', true, false, `Close code ${code}.`)
}

function reason(
  name: string,
  reconnect: boolean,
  blamesFrame: boolean,
  meaning: string,
): CloseReason {
  return { name, reconnect, blamesFrame, meaning }
}
