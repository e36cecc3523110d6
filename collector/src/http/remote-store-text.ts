import type { RemoteStoreStatus } from '../store/remote/remote-stores.ts'
import { family } from './worker-text.ts'

/** Metrics of the stores outside as Prometheus text; '' where there are none. */
export function formatRemoteStores(stores: readonly RemoteStoreStatus[]): string {
  if (stores.length === 0) return ''
  const of = (read: (store: RemoteStoreStatus) => number) =>
    stores.map((store) => `{store="${store.name}"} ${read(store)}`)
  return [
    ...family(
      'remote_store_ok',
      'gauge',
      '1 while the store outside takes samples.',
      of(({ ok }) => (ok ? 1 : 0)),
    ),
    ...family(
      'remote_store_samples_total',
      'counter',
      'Samples that it took.',
      of((store) => store.samplesSent),
    ),
    ...family(
      'remote_store_lag_seconds',
      'gauge',
      'Age of the oldest sample that waits for it.',
      of((store) => store.lagSeconds),
    ),
    ...family(
      'remote_store_lag_samples',
      'gauge',
      'Samples that wait for it, estimated from their bytes.',
      of((store) => store.lagSamples),
    ),
    ...family(
      'remote_store_dead_letters_total',
      'counter',
      'Lines that it refused for good.',
      of((store) => store.deadLetters),
    ),
    ...family(
      'remote_store_gaps',
      'gauge',
      'Stretches of time that it lacks and that are not filled yet.',
      of((store) => store.gaps.length),
    ),
    ...family(
      'remote_store_restarts_total',
      'counter',
      'How often its thread died and was started again.',
      of((store) => store.restarts),
    ),
    '',
  ].join('\n')
}
