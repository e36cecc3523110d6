import { Type } from 'typebox'
import { BYTES } from './byte-sizes.ts'
import { DURATION } from './durations.ts'

/** A length of time in YAML: `500ms`, `10s`, `5m`, `1h`, `7d`. */
export function Duration(options: {
  description: string
  descriptionZh?: string
  default?: string
}) {
  return Type.String({ ...options, pattern: DURATION.source, format: 'wardround-duration' })
}

/** An amount of memory or disk in YAML: `256MiB`, `512MB`. */
export function ByteSize(options: { description: string; default?: string }) {
  return Type.String({ ...options, pattern: BYTES.source, format: 'wardround-bytes' })
}
