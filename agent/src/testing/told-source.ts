import type { Source } from '../source.ts'

/** A source that takes these verbs and keeps what it is told. */
export function toldSource(verbs: readonly string[]): {
  readonly source: Source<null>
  readonly told: readonly unknown[]
} {
  const told: unknown[] = []
  const source: Source<null> = {
    type: 'taker',
    platforms: ['linux'],
    verbs,
    open: async () => ({
      session: null,
      subject: '',
      async tell(verb, argument) {
        told.push([verb, argument])
        return 'noted'
      },
      async [Symbol.asyncDispose]() {},
    }),
  }
  return { source, told }
}
