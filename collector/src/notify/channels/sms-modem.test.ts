import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { aChannel } from '../testing/a-channel.ts'
import { aNotice, aNoticeAlert } from '../testing/a-notice.ts'
import { anAlert } from '../testing/a-transition.ts'
import { sendOnce } from '../testing/send-once.ts'

/** A stand-in for a modem's program: writes what it was called with and what it read. */
async function makeProgram(body: string): Promise<{ program: string; log: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-sms-'))
  const [program, log] = [join(directory, 'modem'), join(directory, 'log')]
  await writeFile(program, `#!/bin/sh\nexec 3>>${log}\n${body}\n`)
  await chmod(program, 0o755)
  await writeFile(log, '')
  return { program, log }
}

const WRITES = 'printf "%s|" "$@" >&3; cat >&3; printf "\\n--\\n" >&3'

const open = (command: string[], settings: object = {}) =>
  aChannel({ type: 'sms-modem', command, ...settings })

test('each number gets the text on standard input, with nothing that a shell would read', async () => {
  const { program, log } = await makeProgram(WRITES)
  const alert = anAlert({ summary: { zh: '$(touch /tmp/x); `id` {phone}', en: '' } })
  const people = [{ name: '张三', phone: '+8613900000000' }, { name: '李四' }]
  const channel = await open([program, '--to', '{phone}', '$HOME'], { phones: ['13800000000'] })
  const notice = aNotice({ people, alerts: [aNoticeAlert({ alert })] })
  expect(await sendOnce(channel, [notice])).toEqual({ kind: 'accepted' })
  const [first, second] = (await readFile(log, 'utf8')).split('\n--\n')
  expect(first).toMatch(/^--to\|13800000000\|\$HOME\|【严重】文件系统空间不足 · db1\n/)
  expect(first).toContain('$(touch /tmp/x); `id` {phone}')
  expect(second).toMatch(/^--to\|13900000000\|/)
  expect(Buffer.byteLength(first?.split('|').at(-1) ?? '')).toBeLessThanOrEqual(400)
})

test('a number that has got it does not get it again when another fails', async () => {
  const { program, log } = await makeProgram(
    `${WRITES}; [ "$1" = 13900000000 ] && [ ! -e "$0.ok" ] && exit 3; exit 0`,
  )
  const channel = await open([program, '{phone}'], { phones: ['13800000000', '13900000000'] })
  expect(await sendOnce(channel)).toEqual({
    kind: 'refused',
    reason: 'serverError',
    detail: { zh: '退出码 3', en: 'exit status 3' },
  })
  await writeFile(`${program}.ok`, '')
  expect(await sendOnce(channel)).toEqual({ kind: 'accepted' })
  const called = (await readFile(log, 'utf8')).match(/^\d+(?=\|)/gm)
  expect(called).toEqual(['13800000000', '13900000000', '13900000000'])
})

test('a program that hangs is ended, and one that is not there is said so', async () => {
  const { program } = await makeProgram('exec sleep 60')
  const phones = ['13800000000']
  expect(await sendOnce(await open([program], { phones, timeout: '200ms' }))).toMatchObject({
    reason: 'timeout',
  })
  expect(await sendOnce(await open(['/nonexistent/modem'], { phones }))).toMatchObject({
    kind: 'refused',
    detail: { zh: '程序无法运行：ENOENT', en: 'the program: ENOENT' },
  })
})

test('the program sees none of the collector’s environment', async () => {
  const { program, log } = await makeProgram('env >&3')
  process.env['WARDROUND_CANARY'] = 'canary'
  await sendOnce(await open([program], { phones: ['13800000000'] }))
  delete process.env['WARDROUND_CANARY']
  expect(await readFile(log, 'utf8')).not.toContain('canary')
})

test('a program without its full path is refused', async () => {
  await expect(open(['gammu'])).rejects.toMatchObject({ path: ['channels', 0, 'command'] })
})
