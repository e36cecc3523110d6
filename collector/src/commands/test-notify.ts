import { randomUUID } from 'node:crypto'
import { EXIT, type Language, type LocalizedText, pickText, UsageError } from '@wardround/program'
import type { AttemptOutcome } from '../notify/delivery/attempt-outcome.ts'
import type { Channel } from '../notify/channel.ts'
import { inBothLanguages } from '../notify/delivery/failure-detail.ts'
import { describeRefused } from '../notify/delivery/refused-recipients.ts'
import { maskSecrets } from '../notify/channels/mask-secrets.ts'
import { externalUrlOf } from '../notify/external-url.ts'
import type { Notice } from '../notify/notice.ts'
import { sampleNotice } from '../notify/sample-notice.ts'
import { resolveConfig } from '../configuration/resolve-config.ts'
import { VERSION } from '../version.ts'
import { type CommonOptions, configOf } from './common-options.ts'

/**
 * `test-notify`: sends a sample to one channel or to each, once, and prints the whole exchange with secrets masked. It needs no running collector and keeps
 * nothing. Exit code 69 where a service could not be reached, 1 where one refused.
 */
export async function testNotify(
  options: CommonOptions & { readonly channel?: string },
  language: Language,
): Promise<void> {
  const config = await configOf(options)
  const { channels } = await resolveConfig(config, process.env)
  const { channel: wanted } = options
  const chosen = channels.filter(({ name }) => wanted === undefined || name === wanted)
  if (chosen.length === 0) throw new UsageError(pickText(nobodyThere(wanted, channels), language))
  const externalUrl = externalUrlOf(config.value)
  const { timeZone } = config.value.notify
  let worst: number = EXIT.done
  for (const channel of chosen) {
    const spoken = channel.language
    const nowMs = Date.now()
    const about = { channel: channel.name, language: spoken, timeZone, externalUrl, nowMs }
    const notice = sampleNotice(about)
    worst = Math.max(worst, exitCodeOf(await sendSample(channel, notice, language)))
  }
  process.exitCode = worst
}

async function sendSample(
  channel: Channel,
  notice: Notice,
  language: Language,
): Promise<AttemptOutcome> {
  const { name, kind, secrets } = channel
  const print = (text: string) => void process.stdout.write(`${maskSecrets(text, secrets)}\n`)
  print(`── ${name} (${kind}) ──`)
  const outcome = await channel.send([notice], {
    deliveryId: randomUUID(),
    nowMs: notice.atMs,
    userAgent: `Wardround/${VERSION}`,
    closing: new AbortController().signal,
    language,
    onExchange: ({ request, answer }) =>
      print(`${quote('> ', hideQuery(request))}\n${quote('< ', answer)}`),
  })
  print(pickText(describeOutcome(outcome), language))
  return outcome
}

/** Values in the address's query are keys and signatures, even where the configuration has them in the clear. */
function hideQuery(request: string): string {
  return request.replace(/^\S+ \S+\?\S*/, (line) => line.replace(/=[^&]*/g, '=<secret>'))
}

function quote(mark: string, text: string): string {
  return text.replace(/^/gm, mark)
}

function isTaken(outcome: AttemptOutcome): boolean {
  if (outcome.kind === 'accepted') return true
  return outcome.kind === 'answered' && outcome.status >= 200 && outcome.status < 300
}

function exitCodeOf(outcome: AttemptOutcome): number {
  if (isTaken(outcome)) return EXIT.done
  return outcome.kind === 'failed' ? EXIT.unreachable : EXIT.failed
}

function describeOutcome(outcome: AttemptOutcome): LocalizedText {
  if (isTaken(outcome)) return { zh: '已送达', en: 'Taken' }
  const { zh, en } = detailOf(outcome)
  return outcome.kind === 'failed'
    ? { zh: `无法连接：${zh}`, en: `Not reached: ${en}` }
    : { zh: `被拒绝：${zh}`, en: `Refused: ${en}` }
}

function detailOf(outcome: AttemptOutcome): LocalizedText {
  if (outcome.kind === 'accepted') return { zh: '', en: '' }
  if (outcome.kind === 'answered') return inBothLanguages(`HTTP ${outcome.status}`)
  if (outcome.kind === 'partly') return describeRefused(outcome.never, outcome.later)
  return inBothLanguages(outcome.detail)
}

function nobodyThere(wanted: string | undefined, channels: readonly Channel[]): LocalizedText {
  const names = channels.map(({ name }) => name)
  if (wanted === undefined || names.length === 0)
    return {
      zh: '配置中没有告警通道（notify.channels）',
      en: 'no channel is configured (notify.channels)',
    }
  return {
    zh: `没有通道“${wanted}”；已配置：${names.join('、')}`,
    en: `there is no channel "${wanted}"; there are ${names.join(', ')}`,
  }
}
