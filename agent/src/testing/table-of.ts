import type { SampledRun } from './sample-once.ts'

/** A member of the first document that a run gave. */
export function tableOf({ documents }: Pick<SampledRun, 'documents'>, member: string): unknown {
  const body = documents[0]?.body
  if (typeof body !== 'object' || body === null) throw new Error('the run gave no document')
  return new Map(Object.entries(body)).get(member)
}
