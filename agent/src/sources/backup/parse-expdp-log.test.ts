import fc from 'fast-check'
import { expect, test } from 'vitest'

import { EXPDP_TAIL_BYTES, parseExpdpLog } from './parse-expdp-log.ts'

const BEGIN = `
Export: Release 19.0.0.0.0 - Production on Sun Nov 22 02:00:05 2026
Starting "SYSTEM"."SYS_EXPORT_FULL_01":  system/******** directory=DP full=y
. . exported "HIS"."VISITS"                              12.34 MB  100000 rows
`
const JOB = 'Job "SYSTEM"."SYS_EXPORT_FULL_01"'
const AT = 'at Sun Nov 22 02:31:07 2026 elapsed 0 00:31:02'
const parse = (end: string) => parseExpdpLog(Buffer.from(BEGIN + end))

test.each([
  [`${JOB} successfully completed ${AT}\n`, 'ok', 1_862_000],
  [`${JOB} completed with 2 error(s) ${AT}\n`, 'failed', 1_862_000],
  [`${JOB} stopped due to fatal error at 02:31:07\n`, 'failed', undefined],
  [`${JOB} stopped by user request at 02:31:07\n`, 'failed', undefined],
  [
    '作业 "SYSTEM"."SYS_EXPORT_FULL_01" 已于 星期日 11月 22 02:31:07 2026 elapsed 1 00:31:02 成功完成\n',
    'ok',
    88_262_000,
  ],
  [
    '作业 "SYSTEM"."E" 已经完成, 但是有 2 个错误 (于 星期日 11月 22 02:31:07 2026 elapsed 0 00:00:02 完成)\n',
    'failed',
    2_000,
  ],
  ['作业 "SYSTEM"."E" 因致命错误于 02:31:07 停止\n', 'failed', undefined],
])('%s', (end, outcome, elapsedMs) => {
  expect(parse(end)).toMatchObject({ outcome, elapsedMs })
})

test('a log in GB18030', () => {
  // 作业 "S"."E" … 成功完成
  const bytes = Buffer.from('d7f7d2b5202253222e22452220b3c9b9a6cdeab3c90a', 'hex')
  expect(parseExpdpLog(bytes)).toMatchObject({ outcome: 'ok' })
})

test('complete, but with errors before: a warning that names them', () => {
  expect(
    parse(
      `ORA-39181: Only partial table data may be exported\n${JOB} successfully completed ${AT}\n`,
    ),
  ).toMatchObject({
    outcome: 'warning',
    lines: [expect.stringContaining('successfully'), expect.stringContaining('ORA-39181')],
  })
})

test.each([
  '',
  BEGIN,
  '. . exported "HIS"."successfully completed" 0 KB 0 rows\n',
  'Job "X" is stopping\n',
])('has no verdict in %j', (text) => {
  expect(parseExpdpLog(Buffer.from(text))).toBeUndefined()
})

test('takes any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.boolean(), (bytes, isLong) => {
      const before = Buffer.alloc(isLong ? EXPDP_TAIL_BYTES : 0, 'x')
      expect(() => parseExpdpLog(Buffer.concat([before, bytes]))).not.toThrow()
    }),
    { numRuns: 40 },
  )
})
