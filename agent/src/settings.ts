import { hostname } from 'node:os'
import {
  ConfigError,
  parseBytes,
  parseDurationMs,
  type ConfigProblem,
  type Located,
} from '@wardround/program'
import { asRecord } from './as-record.ts'
import type { AgentConfig } from './config.ts'
import { findOptionProblems } from './option-check.ts'
import type { Options } from './option.ts'
import type { Probe } from './probe.ts'
import { PROBES, SOURCES } from './probes.gen.ts'
import { findProblems } from './settings-check.ts'
import { findSourceProblems, nameOfSource } from './source-check.ts'
import type { SourceSettings } from './source-session.ts'

/** How one probe is to run. */
export interface ProbeSettings {
  readonly enabled: boolean
  readonly everyMs: number
  readonly options: Readonly<Record<string, unknown>>
}

/** agent.yaml in the units that the parts want, checked for what no schema can say. */
export interface AgentSettings {
  readonly host: string
  readonly urls: readonly string[]
  readonly token: AgentConfig['collector']['token']
  readonly state: string
  readonly sources: readonly SourceSettings[]
  /** By the probe's name; every probe of the registry has an entry. */
  readonly probes: ReadonlyMap<string, ProbeSettings>
  readonly tags: Readonly<Record<string, string>>
  readonly outbox: {
    readonly maxBytes: number
    readonly maxAgeMs: number
    readonly maxMemoryBytes: number
    readonly spillAfterMs: number
    readonly reserve: { readonly fraction: number; readonly bytes: number }
  }
  readonly uplink: UplinkSettings
  /** Whose members may report backup jobs: a name, or a number. */
  readonly reportGroup: string
}

export interface UplinkSettings {
  readonly welcomeWithinMs: number
  readonly pingEveryMs: number
  readonly pongWithinMs: number
  readonly backOff: {
    readonly firstMs: number
    readonly maxMs: number
    readonly unauthorizedMs: number
  }
}

const SHORTEST_INTERVAL_MS = 1_000

/** @throws ConfigError for what no schema can say: intervals under a second, names given twice, addresses that are none */
export function resolveSettings(
  config: Located<AgentConfig>,
  probes: readonly Probe[] = PROBES,
): AgentSettings {
  const { value } = config
  const problems: ConfigProblem[] = [
    ...findProblems(config),
    ...findSourceProblems(config, SOURCES, probes),
  ]
  const { collector, outbox, uplink } = value
  const settings: AgentSettings = {
    host: value.host ?? hostname(),
    urls: typeof collector.url === 'string' ? [collector.url] : collector.url,
    token: collector.token,
    state: value.state,
    sources: resolveSources(value),
    probes: new Map(probes.map((probe) => [probe.name, resolveProbe(probe, config, problems)])),
    tags: value.tags,
    reportGroup: value.reports.group,
    outbox: {
      maxBytes: parseBytes(outbox.maxBytes),
      maxAgeMs: parseDurationMs(outbox.maxAge),
      maxMemoryBytes: parseBytes(outbox.maxMemory),
      spillAfterMs: parseDurationMs(outbox.spillAfter),
      reserve: { fraction: outbox.reserveFraction, bytes: parseBytes(outbox.reserveBytes) },
    },
    uplink: {
      welcomeWithinMs: parseDurationMs(uplink.welcomeWithin),
      pingEveryMs: parseDurationMs(uplink.pingEvery),
      pongWithinMs: parseDurationMs(uplink.pongWithin),
      backOff: {
        firstMs: parseDurationMs(uplink.backOffFirst),
        maxMs: parseDurationMs(uplink.backOffMax),
        unauthorizedMs: parseDurationMs(uplink.backOffUnauthorized),
      },
    },
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return settings
}

/** Those of the host's own are always there; an entry of their type only sets options. */
function resolveSources({ sources }: AgentConfig): SourceSettings[] {
  const named = sources.map((entry) => {
    const { type, name: _, ...options } = asRecord(entry)
    return { type: String(type), name: nameOfSource(entry), options }
  })
  const unnamed = SOURCES.filter(
    ({ type, always }) => always === true && !named.some((entry) => entry.type === type),
  )
  return [
    ...unnamed.map(({ type, options = {} }) => ({
      type,
      name: type,
      options: defaultsOf(options),
    })),
    ...named,
  ]
}

function resolveProbe(
  probe: Probe,
  config: Located<AgentConfig>,
  problems: ConfigProblem[],
): ProbeSettings {
  const path = ['probes', probe.name]
  const { enabled, every, ...options } = asRecord(asRecord(config.value.probes)[probe.name] ?? {})
  const everyMs = typeof every === 'string' ? parseDurationMs(every) : probe.everySeconds * 1000
  if (everyMs < SHORTEST_INTERVAL_MS) {
    problems.push(
      config.problem(
        [...path, 'every'],
        { zh: `间隔 ${String(every)} 太短`, en: `${String(every)} is too short an interval` },
        { zh: '1s 或更长', en: '1s or more' },
      ),
    )
  }
  const declared: Options = probe.options ?? {}
  problems.push(...findOptionProblems(declared, options, path, config))
  return { enabled: enabled !== false, everyMs, options: { ...defaultsOf(declared), ...options } }
}

function defaultsOf(options: Options): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).flatMap(([name, { default: value }]) =>
      value === undefined ? [] : [[name, value]],
    ),
  )
}
