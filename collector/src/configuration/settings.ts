import { parseBytes, parseDurationMs } from '@wardround/program'
import { MAX_FRAME_BYTES } from '@wardround/protocol'
import type { CollectorConfig } from '../config.ts'
import type { IngestDeadlines, IngestParts } from '../ingest/ingest.ts'
import type { RawRecordBounds } from '../state/raw-record-files.ts'
import type { Retention } from '../store/embedded/retention.ts'

/** The configuration's texts as numbers. */
export interface CollectorSettings {
  readonly limits: IngestParts['limits']
  readonly deadlines: IngestDeadlines & {
    readonly probeMs: number
    readonly factsMs: number
    readonly aliveMs: number
    readonly pingMs: number
  }
  readonly admission: { readonly perSecond: number; readonly maxWaiting: number }
  readonly journal: {
    readonly maxBytes: number
    readonly segmentBytes: number
    readonly syncEveryMs: number
    readonly reserve: { readonly fraction: number; readonly bytes: number }
  }
  readonly retention: Retention
  readonly isDemo: boolean
  readonly recordsMs: number
  readonly rawLogs: RawRecordBounds
  /** Longest body of a write by line protocol. */
  readonly writeBytes: number
}

/** Connections that wait in line for so many seconds are told to come later. */
const MAX_WAIT_SECONDS = 5

export function toSettings(config: CollectorConfig): CollectorSettings {
  const { limits, deadlines, journal, retention } = config
  return {
    limits: {
      frameBytes: MAX_FRAME_BYTES,
      seriesPerSubject: limits.seriesPerSubject,
      seriesPerAgent: limits.seriesPerAgent,
      window: { batches: limits.windowBatches, bytes: parseBytes(limits.windowBytes) },
      inFlightBytes: parseBytes(limits.inFlightBytes),
    },
    deadlines: {
      helloMs: parseDurationMs(deadlines.hello),
      silenceMs: parseDurationMs(deadlines.silence),
      answerMs: parseDurationMs(deadlines.answer),
      probeMs: parseDurationMs(deadlines.probe),
      factsMs: parseDurationMs(deadlines.facts),
      aliveMs: parseDurationMs(deadlines.alive),
      pingMs: parseDurationMs(deadlines.ping),
    },
    admission: {
      perSecond: limits.connectionsPerSecond,
      maxWaiting: limits.connectionsPerSecond * MAX_WAIT_SECONDS,
    },
    journal: {
      maxBytes: parseBytes(journal.maxBytes),
      segmentBytes: parseBytes(journal.segmentBytes),
      syncEveryMs: parseDurationMs(journal.syncEvery),
      reserve: { fraction: journal.reserveFraction, bytes: parseBytes(journal.reserveBytes) },
    },
    retention: {
      rawMs: parseDurationMs(retention.raw),
      fiveMinutesMs: parseDurationMs(retention.fiveMinutes),
      oneHourMs: parseDurationMs(retention.oneHour),
    },
    isDemo: config.demo,
    writeBytes: parseBytes(limits.writeBytes),
    recordsMs: parseDurationMs(retention.records),
    rawLogs: {
      keepMs: parseDurationMs(retention.rawLogs),
      maxBytes: parseBytes(limits.rawLogBytes),
    },
  }
}
