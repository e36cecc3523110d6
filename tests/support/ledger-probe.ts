import { readFileSync } from 'node:fs'
import { defineProbe, type Probe } from '@wardround/agent'
import { answerValue, type AnswerLedger } from './answer-ledger.ts'

export interface LedgerProbeOptions {
  readonly ledger: AnswerLedger
  readonly series: number
  readonly everySeconds: number
  /** A document with history every so many answers; 0: none. */
  readonly documentEvery: number
  /** Contains a percentage that is reported as memory, where it is given and exists. */
  readonly levelFile: string | undefined
  /** True: answers nothing. */
  readonly isQuiet: () => boolean
}

const gauge = {
  kind: 'gauge',
  unit: 'count',
  precision: 1,
  help: { zh: '应答', en: 'Answer' },
} as const
const percent = { ...gauge, unit: 'percent', precision: 0.01 } as const

/** The device of a test: every answer is in the ledger before a sample of it leaves. */
export function ledgerProbe(options: LedgerProbeOptions): Probe {
  const { ledger, series, everySeconds, documentEvery } = options
  return defineProbe({
    name: 'test.ledger',
    source: { type: 'host' },
    platforms: ['linux', 'darwin', 'win32'],
    everySeconds,
    cost: 'cheap',
    reads: 'nothing',
    needs: 'none',
    help: { zh: '测试设备', en: 'A device for tests' },
    measurements: {
      ledger: { identifyingTags: ['series'], fields: { answer: gauge } },
      mem: { identifyingTags: [], fields: { available_percent: percent } },
    },
    sample({ emit, emitDocument, timeMs }) {
      if (options.isQuiet()) return
      const tick = ledger.record(timeMs)
      for (let at = 0; at < series; at++)
        emit('ledger', { series: String(at) }, { answer: answerValue(tick, at) })
      if (documentEvery > 0 && tick % documentEvery === 0)
        emitDocument('ledger', 'history', { tick })
      const level = readLevel(options.levelFile)
      if (level !== undefined) emit('mem', {}, { available_percent: level })
    },
  })
}

function readLevel(file: string | undefined): number | undefined {
  if (file === undefined) return undefined
  try {
    return Number(readFileSync(file, 'utf8'))
  } catch {
    return undefined // the test has not set one
  }
}
