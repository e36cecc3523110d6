import { asRecord } from '../../as-record.ts'
import { ProbeError } from '../../probe.ts'

/** A JSON object of a Redfish service. Nothing of it is believed: each member is looked at when it is asked for. */
export type Resource = Readonly<Record<string, unknown>>

const LONGEST_TEXT = 256

/** @throws ProbeError UNPARSABLE for what is no JSON object */
export function parseResource(text: string, path: string): Resource {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw unparsable(path, `不是 JSON（${reason}）`, `is no JSON (${reason})`)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return asRecord(value)
  throw unparsable(path, '不是 JSON 对象', 'is no JSON object')
}

/** Printable, without what surrounds it; undefined where nothing is left. */
export function textIn(resource: Resource, name: string): string | undefined {
  const value = resource[name]
  if (typeof value !== 'string') return undefined
  const text = printable(value)
  return text === '' ? undefined : text.slice(0, LONGEST_TEXT)
}

export function numberIn(resource: Resource, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = resource[name]
    if (typeof value === 'number' && Number.isFinite(value)) return value
  }
  return undefined
}

/** `Reading` of a sensor's excerpt: `{"Reading": 41.5, "DataSourceUri": …}`. */
export function readingIn(resource: Resource, name: string): number | undefined {
  return numberIn(asRecord(resource[name]), 'Reading')
}

export function recordIn(resource: Resource, name: string): Resource {
  return asRecord(resource[name])
}

/** Its members that are objects. */
export function recordsIn(resource: Resource, name: string): readonly Resource[] {
  const value = resource[name]
  if (!Array.isArray(value)) return []
  return value.filter((one) => typeof one === 'object' && one !== null).map(asRecord)
}

/** As recordsIn(), each with a place of its own: what has none is named by its parent and its number. */
export function partsIn(parent: Resource, name: string): readonly Resource[] {
  return recordsIn(parent, name).map((part, at) =>
    pathOf(part) === undefined
      ? { ...part, '@odata.id': `${pathOf(parent) ?? ''}#/${name}/${at}` }
      : part,
  )
}

/** Where a link leads: `{"Thermal": {"@odata.id": "/redfish/v1/…"}}`. */
export function linkIn(resource: Resource, name: string): string | undefined {
  return pathOf(recordIn(resource, name))
}

/** Where an object, or a link to it, stands. */
export function pathOf(resource: Resource): string | undefined {
  const id = resource['@odata.id']
  return typeof id === 'string' ? id : undefined
}

export function printable(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
}

function unparsable(path: string, zh: string, en: string): ProbeError {
  return new ProbeError('UNPARSABLE', {
    zh: `${path} 的应答${zh}`,
    en: `the answer of ${path} ${en}`,
  })
}
