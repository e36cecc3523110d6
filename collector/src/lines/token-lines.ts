import { makeShape, type MetricKind, ProtocolError, type SeriesTable } from '@wardround/protocol'
import type { HostDirectory, HostPlace } from '../ingest/host-directory.ts'
import type { SeriesCensus } from '../ingest/series-census.ts'
import { KnownHead, KnownHeads, type WrittenHost } from './known-heads.ts'
import type { HeadSource } from './line-decoder.ts'
import { LineError } from './line-error.ts'
import { parseFieldKey, parseHead } from './line-head.ts'
import { isHostName, isPattern } from './host-pattern.ts'
import type { WriteToken, WriteTokenBook } from './write-token-book.ts'

export interface TokenLinesParts {
  readonly tokens: Pick<WriteTokenBook, 'whyNot'>
  readonly table: SeriesTable
  readonly census: SeriesCensus
  readonly hosts: HostDirectory
  readonly limits: { readonly seriesPerSubject: number; readonly seriesPerAgent: number }
  /** What a field is, where somebody has declared it. */
  kindOf(measurement: string, field: string): MetricKind
}

/** Hosts of one token: as many devices as one agent may poll. */
const MAX_HOSTS_PER_TOKEN = 2_000

/** What the bearer of one token writes about: its hosts, heads and series, with the collector's tags and numbers. */
export class TokenLines implements HeadSource {
  readonly #token: WriteToken
  readonly #parts: TokenLinesParts
  readonly #heads = new KnownHeads()
  readonly #hosts = new Map<string, WrittenHost>()
  /** Fields of its known heads: each has a series, or is a text. */
  #fields = 0

  constructor(token: WriteToken, parts: TokenLinesParts) {
    this.#token = token
    this.#parts = parts
  }

  head(bytes: Uint8Array, from: number, to: number): KnownHead {
    return this.#heads.find(bytes, from, to) ?? this.#newHead(bytes.slice(from, to))
  }

  addField(head: KnownHead, bytes: Uint8Array, from: number, to: number): number {
    if (head.isKnown) this.#makeRoom(1)
    return head.addField(bytes.slice(from, to), parseFieldKey(bytes, from, to - 1))
  }

  define(head: KnownHead, field: number): number {
    const { measurement, tags, host } = head
    const name = head.fields[field]!
    const { hosts } = this.#parts
    try {
      const shape = makeShape(measurement, tags, name, this.#parts.kindOf(measurement, name))
      if (!head.isKnown) this.#makeRoom(head.keys.length)
      const series = this.#accept(
        host.name,
        hosts.stamp(host.name, shape, this.#placeOf(host.name)),
      )
      head.series[field] = series
      if (!head.isKnown) this.#heads.add(head)
      return series
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      throw new LineError('shape', { zh: error.message, en: error.message })
    }
  }

  /** The series of every head that came since the sweep before; the others are forgotten. */
  *sweep(): Generator<Int32Array> {
    this.#fields = 0
    for (const { series } of this.#heads.sweep()) {
      this.#fields += series.length
      yield Int32Array.from(series)
    }
  }

  /** The configuration says it of a host, else the token. */
  #placeOf(host: string): HostPlace {
    const place = this.#parts.hosts.placeOf(host)
    if (place.project !== undefined || place.role !== undefined) return place
    const { project, role } = this.#token
    return { project, ...(role === null ? {} : { role }) }
  }

  #newHead(bytes: Uint8Array): KnownHead {
    const { measurement, tags } = parseHead(bytes.subarray(0, -1))
    const name = tags.get('host') ?? this.#onlyHost()
    const { host: _host, ...others } = Object.fromEntries(tags)
    return new KnownHead(bytes, this.#hostOf(name), measurement, others)
  }

  /** Of a line that names no host. */
  #onlyHost(): string {
    const { hosts } = this.#token
    const [only] = hosts
    if (hosts.length === 1 && only !== undefined && !isPattern(only)) return only
    throw new LineError('host', {
      zh: '缺少标签 host；写入令牌允许多台主机，须写明是哪一台',
      en: 'the tag host is missing; the write token is for several hosts, so each line must name its own',
    })
  }

  /** @throws LineError */
  #hostOf(name: string): WrittenHost {
    const known = this.#hosts.get(name)
    if (known !== undefined) return known
    if (!isHostName(name)) throw noHostName(name)
    const text = this.#parts.tokens.whyNot(this.#token, name)
    if (text !== undefined) throw new LineError('host', text)
    if (this.#hosts.size >= MAX_HOSTS_PER_TOKEN)
      throw new LineError('host-limit', {
        zh: `一个写入令牌至多写入 ${MAX_HOSTS_PER_TOKEN} 台主机`,
        en: `one write token writes about at most ${MAX_HOSTS_PER_TOKEN} hosts`,
      })
    const host: WrittenHost = { name, lists: [], expected: 0 }
    this.#hosts.set(name, host)
    return host
  }

  /** @throws LineError over a limit, ProtocolError */
  #accept(host: string, shape: ReturnType<HostDirectory['stamp']>): number {
    const { table, census, limits } = this.#parts
    const subjectId = table.internSubject(host)
    if (census.countOf(subjectId) >= limits.seriesPerSubject) {
      // only looked up: a subject over its limit must not fill the table
      const shapeId = table.findShape(shape)
      const known = shapeId < 0 ? -1 : table.findPair(subjectId, shapeId)
      if (known < 0 || !census.isCounted(known))
        throw tooMany('seriesPerSubject', limits.seriesPerSubject, host)
    }
    const series = table.internPair(subjectId, table.internShape(shape))
    census.count(series)
    return series
  }

  #makeRoom(fields: number): void {
    const { seriesPerAgent } = this.#parts.limits
    if (this.#fields + fields > seriesPerAgent)
      throw tooMany('seriesPerAgent', seriesPerAgent, this.#token.name)
    this.#fields += fields
  }
}

function noHostName(name: string): LineError {
  const shown = JSON.stringify(name.slice(0, 64))
  return new LineError('host', {
    zh: `标签 host 是 ${shown}，不能作主机名；应由字母、数字、点、横线、下划线组成`,
    en: `the tag host is ${shown}, which can't be a host's name; expected letters, digits, dots, dashes, underscores`,
  })
}

function tooMany(limit: string, most: number, whose: string): LineError {
  return new LineError('series-limit', {
    zh: `序列过多：limits.${limit} 为 ${most}，${whose} 已达到`,
    en: `too many series: limits.${limit} is ${most}, and ${whose} has as many`,
  })
}

/** What nobody has declared and is called so only ever rises (Prometheus's naming). */
const RISING = /_total$/

/** What a field is: as declared; else a counter by its name, or a level. */
export function kindBy(
  declared: (measurement: string, field: string) => MetricKind | undefined,
): (measurement: string, field: string) => MetricKind {
  return (measurement, field) =>
    declared(measurement, field) ?? (RISING.test(field) ? 'counter' : 'gauge')
}
