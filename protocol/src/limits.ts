/**
 * Every bound of the wire and of disk records. They hold for both ends: encoders refuse to exceed them (and keep their state),
 * decoders refuse what exceeds them before memory is spent on it.
 */

/** Longest WebSocket message, binary or text; `maxPayload` of both ends. One frame decodes in some milliseconds, so no peer delays another. */
export const MAX_FRAME_BYTES = 1_048_576

/** Where the agent closes a batch: small enough that a lost connection repeats little, large enough that headers cost nothing. */
export const BATCH_TARGET_BYTES = 262_144

/**
 * Samples of all blocks of one batch. In the worst case (raw doubles, no two series numbers in a row) they take 16 bytes each, half a frame,
 * so that texts always have the other half; decoded, they take 12 bytes each.
 */
export const MAX_SAMPLES_PER_BATCH = 32_768

/** Blocks of one batch: a batch is one interval, a block one subject; an agent polls at most some hundred devices. */
export const MAX_BLOCKS_PER_BATCH = 4_096

/** Events and documents of one batch, each. */
export const MAX_ITEMS_PER_BATCH = 4_096

/** Series numbers of one connection: the collector's 500,000 series per agent, and room for series that came and went. */
export const MAX_SERIES_PER_CONNECTION = 600_000

/**
 * Series, and shapes, that one process can number: some 400 MB of table. A disk record that names a higher number is damaged, so what it can make
 * its reader allocate is bounded.
 */
export const MAX_SERIES_PER_TABLE = 16_777_216

/** Definitions in one define frame: decoding 8,192 takes some 10 ms. */
export const MAX_DEFINITIONS_PER_FRAME = 8_192

/** Definition bytes of one connection, so that long names can't multiply with the number of series: 100 bytes for each of 600,000 series. */
export const MAX_DEFINITION_BYTES_PER_CONNECTION = 64 * 1_048_576

/** Series lists that a connection remembers; at most 8 MB (64 × 32,768 × 4 bytes), in practice some KB. */
export const MAX_SERIES_LISTS = 64

/** Tags of one series: Telegraf's widest input has 12. */
export const MAX_TAGS_PER_SERIES = 32

/** UTF-8 bytes of a subject, measurement, field, tag key, event kind or document name. Host names have at most 253. */
export const MAX_NAME_BYTES = 256

/** UTF-8 bytes of a tag value: the longest real ones are mount paths. */
export const MAX_TAG_VALUE_BYTES = 1_024

/** UTF-8 bytes of measurement, field, tag keys and tag values of one series together. */
export const MAX_SHAPE_BYTES = 4_096

/** UTF-8 bytes of an event's key (file identity and offset, journald cursor). */
export const MAX_EVENT_KEY_BYTES = 1_024

/** UTF-8 bytes of an event's or document's body as JSON: an inventory of a large host has some 60 KB. */
export const MAX_BODY_BYTES = 262_144

/** Nesting of arrays and objects in a body or message: readers may walk them by recursion. */
export const MAX_JSON_DEPTH = 32

/** Highest block, event and document time, 2^47 − 1 ms (the year 6429): times and their differences stay exact integers. */
export const MAX_TIME_MS = 140_737_488_355_327

/** Highest sequence and age: 2^53 − 1, the exact integers. */
export const MAX_INTEGER = Number.MAX_SAFE_INTEGER

/** Problems listed for one batch; the first ones say enough for a `reject`. */
export const MAX_PROBLEMS_PER_BATCH = 16

/** Epochs named in `hello` and `welcome`: one per start of the agent whose batches nobody has acknowledged yet. */
export const MAX_EPOCHS = 1_024

/** Ranges of one epoch in `welcome` and `ack`; a gap is a batch still on its way, of which the window allows far fewer. */
export const MAX_RANGES_PER_EPOCH = 16_384

/** Longest record of outbox and journal. Above any legitimate batch with its definitions, below a segment. */
export const MAX_RECORD_BYTES = 12 * 1_048_576

/** A definition on disk is written again in a record that starts at least so many bytes after the first one: damage of a page or two hits one copy. */
export const DEFINITION_REPEAT_BYTES = 8_192
