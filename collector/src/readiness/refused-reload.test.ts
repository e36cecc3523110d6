import { ConfigError, type Language, openLog } from '@wardround/program'
import { describe, expect, test } from 'vitest'
import { clockOf, formatMoment } from '../notify/text/moments.ts'
import { RefusedReload } from './refused-reload.ts'

const AT_MS = Date.UTC(2026, 10, 22, 4, 31)
const PLACE = { file: 'collector.yaml', line: 3, column: 5, path: 'listen', suggestion: undefined }
const WRONG = new ConfigError([
  { ...PLACE, what: { zh: '不是监听地址', en: 'is no address' }, expected: undefined },
])

async function refuse(error: Error, language: Language) {
  const lines: string[] = []
  const log = openLog({ name: 'test', destination: { write: (line) => void lines.push(line) } })
  const refused = new RefusedReload(log, () => AT_MS)
  const reread = async (): Promise<never> => {
    throw error
  }
  await expect(refused.watch(reread, language)).rejects.toBe(error)
  const sayMoment = (atMs: number) => formatMoment(atMs, AT_MS, clockOf('Asia/Shanghai'))
  return { logged: lines.join(''), notice: refused.notices(sayMoment)[0]?.message }
}

describe('a re-reading that is refused', () => {
  test('is logged in the configured language alone', async () => {
    const { logged } = await refuse(WRONG, 'zh-CN')
    expect(JSON.parse(logged)).toMatchObject({
      msg: '配置有误，未生效，仍按原配置运行',
      problems: ['collector.yaml:3:5: 不是监听地址'],
    })
    expect(logged).not.toMatch(/is no address|ConfigError/)
    const english = await refuse(WRONG, 'en')
    expect(english.logged).toContain('collector.yaml:3:5: is no address')
  })

  test('what is no mistake in a file keeps its stack, with a reason in that language', async () => {
    const denied = Object.assign(new Error('EACCES: permission denied'), {
      code: 'EACCES',
      syscall: 'open',
      path: '/etc/x',
    })
    const { logged } = await refuse(denied, 'zh-CN')
    expect(JSON.parse(logged)).toMatchObject({
      reason: '/etc/x：权限不足（open，EACCES）',
      err: { type: 'Error' },
    })
  })

  test('is said with the time of the configured zone', async () => {
    const { notice } = await refuse(WRONG, 'zh-CN')
    expect(notice?.zh).toMatch(/^12:31 重新读取的配置有误/)
    expect(notice?.en).toContain('re-read at 12:31 was refused')
  })
})
