import type { Store } from '../../store/store.ts'
import type { EmbeddedStore } from '../../store/embedded/embedded-store.ts'

/** A store of this thread as those see it who ask. */
export function embeddedReader(store: EmbeddedStore): Pick<Store, 'answer' | 'series'> {
  return {
    async answer(query, { eachSeries } = {}) {
      const steps = store.query(query, { eachSeries })
      for (;;) {
        const step = steps.next()
        if (step.done === true) return step.value
      }
    },
    series: async (filter) => store.series(filter),
  }
}
