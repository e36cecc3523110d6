import type { Sample } from '../sample-journal.ts'

/** Samples as line protocol, one line each, with times in ms: plain, for tests. */
export function toLines(samples: readonly Sample[]): string {
  return samples.map((sample) => `${toLine(sample)}\n`).join('')
}

function toLine({ series, timeMs, value }: Sample): string {
  const { subject, measurement, tags, field } = series
  const pairs = [['host', subject] as const, ...tags].map(
    ([tag, text]) => `,${escape(tag)}=${escape(text)}`,
  )
  return `${escape(measurement)}${pairs.join('')} ${escape(field)}=${value} ${timeMs}`
}

function escape(text: string): string {
  return text.replaceAll(/[,= ]/g, String.raw`\$&`)
}
