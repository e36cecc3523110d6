// What the fault rows drive without a whole collector: its store under a clock that runs ahead.
export { toQueryResult } from '../store/embedded/answer.ts'
export { LONG_RETENTION } from '../store/testing/long-retention.ts'
export { EmbeddedStore } from '../store/embedded/embedded-store.ts'
