import { spawn } from 'node:child_process'
import { isAbsolute } from 'node:path'
import { parseDurationMs } from '@wardround/program'
import { Type } from 'typebox'
import type { AttemptOutcome } from '../delivery/attempt-outcome.ts'
import type { SendContext } from '../channel.ts'
import { detailIn } from '../delivery/failure-detail.ts'
import { mergeNotices } from '../delivery/merge-notices.ts'
import type { Notice } from '../notice.ts'
import { toNoticeText } from '../text/notice-text.ts'
import { toPlainText } from '../text/plain-text.ts'
import { defineChannel } from './channel-kind.ts'
import { chatPhone, PER_MINUTE_MS } from './robot.ts'

const PHONE = '^\\+?[0-9]{3,20}$'

/** What stands for the number in the command. */
const PLACE = '{phone}'

/** Messages of which is remembered who has got them. */
const MAX_REMEMBERED = 1000

/**
 * Short messages through a program on the collector's own host, such as gammu's or smstools' with a modem: run once for each number, without a shell, the text on its
 * standard input. Exit status 0 is success. There only where somebody configures it.
 */
export default defineChannel({
  type: 'sms-modem',
  description: 'Short messages through a program on the collector’s host',
  settings: {
    command: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      maxItems: 32,
      description: `The program by its full path, and its arguments; ${PLACE} stands for the number`,
    }),
    phones: Type.Array(
      Type.String({
        pattern: PHONE,
        expected: { zh: '电话号码（数字，可带 +）', en: 'a phone number: digits, + before them' },
      }),
      {
        default: [],
        maxItems: 50,
        description: 'Who gets every message; those on duty get theirs beside',
      },
    ),
    maxBytes: Type.Integer({
      default: 400,
      minimum: 70,
      maximum: 2000,
      description: 'Longest text, in bytes of UTF-8',
    }),
    perMinute: Type.Integer({
      default: 6,
      minimum: 1,
      maximum: 600,
      description: 'Messages in a minute; beyond it they are merged',
    }),
  },
  async open({ command, phones, maxBytes, perMinute, ...settings }, reader) {
    const [program = '', ...args] = command
    if (!isAbsolute(program))
      throw reader.problem(['command'], {
        zh: '程序应写完整路径，如 /usr/bin/gammu',
        en: 'the program is named by its full path, such as /usr/bin/gammu',
      })
    const timeoutMs = parseDurationMs(settings.timeout)
    /** Numbers that got a message, by its id: another attempt is for the others. */
    const done = new Map<string, Set<string>>()
    return {
      ...reader.common(settings),
      limit: {
        key: `sms-modem ${program}`,
        windows: [{ requests: perMinute, perMs: PER_MINUTE_MS }],
      },
      async send(notices, context) {
        const notice = mergeNotices(notices)
        const text = toPlainText(toNoticeText(notice), maxBytes)
        const numbers = numbersOf(notice, phones)
        if (numbers.size === 0) return { kind: 'refused', reason: 'clientError', detail: NOBODY }
        const got = remember(done, context.deliveryId)
        for (const number of numbers) {
          if (got.has(number)) continue
          const argv = argumentsFor(number, args)
          const failure = await run(program, argv, text, timeoutMs, context)
          if (failure !== undefined) return failure
          got.add(number)
        }
        done.delete(context.deliveryId)
        return { kind: 'accepted' }
      },
    }
  },
})

/** Who gets a notice: digits alone, with + before them. */
export function numbersOf(
  { people }: Pick<Notice, 'people'>,
  phones: readonly string[],
): ReadonlySet<string> {
  const isNumber = new RegExp(PHONE)
  const onDuty = people
    .map(({ phone = '' }) => chatPhone(phone))
    .filter((one) => isNumber.test(one))
  return new Set([...phones, ...onDuty])
}

/** The program's arguments for one number. */
export function argumentsFor(number: string, args: readonly string[]): string[] {
  return args.map((arg) => arg.replaceAll(PLACE, number))
}

const NOBODY = { zh: '没有可发送的号码', en: 'no number to write to' }

function remember(done: Map<string, Set<string>>, deliveryId: string): Set<string> {
  const got = done.get(deliveryId) ?? new Set<string>()
  done.set(deliveryId, got)
  const [oldest] = done.keys()
  if (done.size > MAX_REMEMBERED && oldest !== undefined) done.delete(oldest)
  return got
}

/** Undefined: it was sent. What the program writes is not read but by test-notify: it may quote the text or a number. */
function run(
  program: string,
  argv: readonly string[],
  text: string,
  timeoutMs: number,
  { closing, onExchange, language = 'en' }: SendContext,
): Promise<AttemptOutcome | undefined> {
  const deadline = AbortSignal.timeout(timeoutMs)
  return new Promise((resolve) => {
    const wanted = onExchange !== undefined
    const child = spawn(program, argv, {
      stdio: ['pipe', wanted ? 'pipe' : 'ignore', wanted ? 'pipe' : 'ignore'],
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' },
      cwd: '/',
      signal: AbortSignal.any([deadline, closing]),
      killSignal: 'SIGKILL',
    })
    let said = ''
    const hear = (chunk: Buffer) => void (said = (said + String(chunk)).slice(0, 4096))
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    const end = (outcome: AttemptOutcome | undefined, word: string) => {
      const request = `${[program, ...argv].join(' ')}\n\n${text}`
      onExchange?.({ request, answer: `${word}\n${said}` })
      resolve(outcome)
    }
    child.on('error', (error) => {
      const outcome = failureOf(error, deadline.aborted, timeoutMs)
      end(outcome, detailIn(outcome.detail, language))
    })
    child.on('close', (status) => {
      const detail = {
        zh: `退出码 ${status ?? '无'}`,
        en: `exit status ${status ?? 'none'}`,
      }
      const word = detailIn(detail, language)
      end(status === 0 ? undefined : { kind: 'refused', reason: 'serverError', detail }, word)
    })
    // A program that does not read its input ends as its exit status says.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(text)
  })
}

function failureOf(error: Error, isTooLate: boolean, timeoutMs: number) {
  if (isTooLate)
    return {
      kind: 'failed',
      reason: 'timeout',
      detail: {
        zh: `程序 ${timeoutMs} 毫秒内没有结束`,
        en: `the program did not end in ${timeoutMs} ms`,
      },
    } as const
  const code = 'code' in error ? String(error.code) : 'UNKNOWN'
  const detail = { zh: `程序无法运行：${code}`, en: `the program: ${code}` }
  return { kind: 'refused', reason: 'serverError', detail } as const
}
