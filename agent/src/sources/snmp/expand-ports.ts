import { asTexts } from '../../as-list.ts'

/** Beyond this a range is a mistake. */
const MOST = 4096

/** Ports as a site writes them: `3`, `0-15`, `fc1/1`. */
export const PORTS_PATTERN = '^[0-9A-Za-z/._:-]{1,64}$'

/** Names of ports, with what is a range of numbers as all of its numbers. */
export function expandPorts(written: unknown): ReadonlySet<string> {
  return new Set(asTexts(written).flatMap(expandRange))
}

function expandRange(item: string): string[] {
  const [, from, to] = /^(\d{1,5})-(\d{1,5})$/.exec(item) ?? []
  const first = Number(from)
  const length = Number(to) - first + 1
  if (from === undefined || length < 1 || length > MOST) return [item]
  return Array.from({ length }, (_, at) => String(first + at))
}
