import { MAX_SERIES_PER_CONNECTION } from '@wardround/protocol'

/** Bounds of the agent's own memory and work; those of the wire are protocol's limits. Each has a counter for what it cuts. */

/** Samples of one run of one probe; the collector takes 5,000 series of a subject by default. */
export const MAX_SAMPLES_PER_RUN = 10_000

/** Documents of one run, and bytes of each as JSON (protocol's MAX_BODY_BYTES less the room for its envelope). */
export const MAX_DOCUMENTS_PER_RUN = 64
export const MAX_DOCUMENT_BYTES = 250_000

/** Events of one run, and bytes of each as JSON: what happens more often belongs into a counter. */
export const MAX_EVENTS_PER_RUN = 256
export const MAX_EVENT_BYTES = 16_384

/** Series of this host in one life of the process, about 20 MB in the worst case: what a host that makes interfaces or mounts without end may cost. */
export const MAX_OWN_SERIES = 50_000

/** Series of each polled device or host: as many as the collector takes of one by default. A switch of 96 ports has some 3,700. */
export const MAX_POLLED_SERIES = 5_000

/** Devices of which one probe gives samples: as many as the collector lets one agent speak for. */
export const MAX_SUBJECTS_PER_PROBE = 2_000

/** Series of all of them together: what one connection can name. */
export const MAX_SERIES = MAX_SERIES_PER_CONNECTION

/** Remarks kept of one probe. */
export const MAX_REMARKS = 16

/** Longest text of an error or remark that is logged or sent. */
export const MAX_MESSAGE_LENGTH = 500

/** Unacknowledged batches held in memory while the disk takes none: a day of a usual host at 10 s. */
export const MAX_MEMORY_BYTES = 8 * 1_048_576

/** Of the backlog, so much is read from disk ahead of sending. */
export const READ_AHEAD_BYTES = 512 * 1024

/** Batches that the collector refused for good, kept for inspection: files and bytes together. */
export const MAX_SET_ASIDE_FILES = 100
export const MAX_SET_ASIDE_BYTES = 16 * 1_048_576

/** Reasons told apart in the count of what was dropped; later ones count as `other`. */
export const MAX_DROP_REASONS = 32
