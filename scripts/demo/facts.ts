import { type DocumentItem, type JsonValue, toDocumentTable } from '@wardround/protocol'
import { cpuShare } from './models/host-life.ts'
import type { HostPlan } from './models/host-plan.ts'
import { random, seedOf } from './noise.ts'

/** Something that happened. */
export interface SiteEvent {
  /** '' or not said: the host itself. */
  readonly subject?: string
  readonly atMs: number
  readonly kind: string
  readonly key: string
  readonly body: JsonValue
}

/** What a host is made of, what happened there, and its busiest processes. */
export interface FactSheet {
  readonly events: readonly SiteEvent[]
  /** What is sent when the agent starts. */
  documents(timeMs: number): DocumentItem[]
  /** What is sent every minute. */
  snapshots(timeMs: number): DocumentItem[]
}

export interface FactDraft {
  readonly model: string
  readonly os: string
  /** Commands, the busiest first. */
  readonly processes: readonly string[]
  readonly documents?: readonly Pick<DocumentItem, 'name' | 'keep' | 'body'>[]
  readonly events?: readonly SiteEvent[]
}

export function factSheet(plan: HostPlan, draft: FactDraft): FactSheet {
  return {
    events: draft.events ?? [],
    documents: (timeMs) => [
      { subject: '', timeMs, name: 'hardware', keep: 'history', body: hardwareOf(plan, draft) },
      {
        subject: '',
        timeMs,
        name: 'os',
        keep: 'history',
        body: {
          distro: draft.os,
          kernel: '5.14.0-demo',
          hostname: plan.name,
          note: '演示数据 demo data',
        },
      },
      ...(draft.documents ?? []).map((document) => ({ subject: '', timeMs, ...document })),
    ],
    snapshots: (timeMs) => [
      {
        subject: '',
        timeMs,
        name: 'top_processes',
        keep: 'newest',
        body: processesOf(plan, draft, timeMs),
      },
    ],
  }
}

function hardwareOf({ cores, memory, name }: HostPlan, { model }: FactDraft): JsonValue {
  return {
    manufacturer: '示例厂商（演示数据）',
    model,
    serial: `DEMO-${seedOf(name) % 100_000}`,
    cores,
    memoryBytes: memory,
  }
}

const COLUMNS = ['pid', 'user', 'command', 'cpuPercent', 'rssBytes'] as const

function processesOf(plan: HostPlan, { processes }: FactDraft, timeMs: number): JsonValue {
  const cpu = 100 * plan.cores * cpuShare(plan, timeMs)
  const rows = processes.flatMap((command, at) =>
    [0, 1, 2].map((copy) => {
      const seed = seedOf(`${plan.name} ${command} ${copy}`)
      return {
        pid: 1_200 + (seed % 30_000),
        user: command.startsWith('wardround')
          ? 'wardround'
          : command === 'tnslsnr'
            ? 'oracle'
            : command,
        command,
        cpuPercent: Math.round(
          (cpu * (0.4 + 0.3 * random(seed, Math.floor(timeMs / 60_000)))) /
            (at + 1) /
            (copy + 1) /
            (copy + 1),
        ),
        rssBytes: Math.round((plan.memory * plan.memoryUsed * 0.3) / (at + 1) / (copy + 1)),
      }
    }),
  )
  return {
    intervalSeconds: 60,
    byCpu: toDocumentTable(
      COLUMNS,
      rows.toSorted((a, b) => b.cpuPercent - a.cpuPercent).slice(0, 10),
    ),
    byMemory: toDocumentTable(
      COLUMNS,
      rows.toSorted((a, b) => b.rssBytes - a.rssBytes).slice(0, 10),
    ),
  }
}
