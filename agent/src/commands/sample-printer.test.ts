import { SeriesTable, makeShape } from '@wardround/protocol'
import { expect, test } from 'vitest'
import { gauge, state } from '../field.ts'
import { SamplePrinter } from './sample-printer.ts'

const MEASUREMENTS = {
  fan: {
    identifyingTags: ['name'],
    fields: {
      status: state('状态', 'State', { 4: { zh: '故障', en: 'faulty' } }),
      speed: gauge('count', '转速', 'Speed'),
    },
  },
} as const

function printed(language: 'zh-CN' | 'en'): readonly string[] {
  const table = new SeriesTable()
  const printer = new SamplePrinter(table, MEASUREMENTS, language)
  const add = (subject: string, kind: 'gauge' | 'state', name: string, value: number) => {
    const measurement = name === 'error_code' ? 'probe' : 'fan'
    const tags = subject === '' ? {} : { name: 'f1' }
    const shape = makeShape(measurement, tags, name, kind)
    printer.addSample(subject, undefined, table.intern({ subject, ...shape }), value)
  }
  add('switch1', 'state', 'status', 4)
  add('switch2', 'state', 'status', 9)
  add('', 'gauge', 'speed', 4)
  add('', 'state', 'error_code', 6)
  return printer.lines
}

test('series of a polled device carry its name, states their word; a number without a word stands alone', () => {
  expect(printed('en')).toEqual([
    'fan{host="switch1",name="f1"} status 4 (faulty)',
    'fan{host="switch2",name="f1"} status 9',
    'fan{} speed 4',
    'probe{} error_code 6 (not permitted)',
  ])
  expect(printed('zh-CN')[0]).toBe('fan{host="switch1",name="f1"} status 4 (故障)')
})
