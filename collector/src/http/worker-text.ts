import { escapeLabel } from './ledger-text.ts'
import type { StoreStatus } from '../store/store.ts'

/** What waits for each channel in the outbox, and what became of the rest. */
export type NoticeCounts = Readonly<
  Record<string, { readonly queued: number; readonly sent: number; readonly givenUp: number }>
>

const STORE_OK_HELP = '1 while the store can store.'

/** The store's metrics as Prometheus text. */
export function formatStore(status: StoreStatus): string {
  const labels = `store="${status.name}"`
  const one = (value: number) => [`{${labels}} ${value}`]
  const dropped = Object.entries(status.samplesDropped).map(
    ([reason, count]) => `{${labels},reason="${reason}"} ${count}`,
  )
  return [
    ...family('store_ok', 'gauge', STORE_OK_HELP, one(status.ok ? 1 : 0)),
    ...family('store_samples_total', 'counter', 'Samples stored.', one(status.samplesStored)),
    ...family('store_series_active', 'gauge', 'Series in the head.', one(status.seriesActive)),
    ...family('store_bytes', 'gauge', 'Bytes on disk.', one(status.bytesOnDisk)),
    ...family(
      'store_restarts_total',
      'counter',
      'How often the store died and was started again.',
      one(status.restarts),
    ),
    ...family(
      'store_records_skipped_total',
      'counter',
      'Journal records passed over because the store died of them twice.',
      one(status.skippedRecords),
    ),
    ...family('store_samples_dropped_total', 'counter', 'Samples not stored, by reason.', dropped),
    '',
  ].join('\n')
}

/** The same while the store doesn't answer. */
export function formatStoreGone(): string {
  return [...family('store_ok', 'gauge', STORE_OK_HELP, [' 0']), ''].join('\n')
}

export function formatNotices(counts: NoticeCounts): string {
  const rows = Object.entries(counts).flatMap(([channel, { queued, sent, givenUp }]) => [
    `{channel="${escapeLabel(channel)}",state="queued"} ${queued}`,
    `{channel="${escapeLabel(channel)}",state="sent"} ${sent}`,
    `{channel="${escapeLabel(channel)}",state="given_up"} ${givenUp}`,
  ])
  return [...family('notices', 'gauge', 'Messages in the outbox, by state.', rows), ''].join('\n')
}

export function family(
  name: string,
  type: string,
  help: string,
  rows: readonly string[],
): string[] {
  const full = `wardround_collector_${name}`
  return [`# HELP ${full} ${help}`, `# TYPE ${full} ${type}`, ...rows.map((row) => full + row)]
}
