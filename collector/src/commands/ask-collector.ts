import { EXIT, pickText, type Language } from '@wardround/program'
import { callCollector } from './call-collector.ts'
import { type CommonOptions, statePathsOf } from './common-options.ts'

/** Asks the running collector, which alone knows what is so now; undefined, said so, where none runs. */
export async function askCollector(
  command: string,
  argument: object,
  options: CommonOptions,
  language: Language,
): Promise<unknown> {
  const { directory } = await statePathsOf(options)
  const called = await callCollector(directory, command, argument)
  if (called.found) return called.answer
  const { tried } = called
  const text = {
    zh: `监控中心没有运行（以下位置均无应答：${tried.join('、')}）`,
    en: `no collector runs (nothing answers on ${tried.join(', ')})`,
  }
  process.stderr.write(`${pickText(text, language)}\n`)
  process.exitCode = EXIT.unreachable
  return undefined
}

export function say(text: { readonly zh: string; readonly en: string }, language: Language): void {
  process.stdout.write(`${pickText(text, language)}\n`)
}

/** How many alerts ended by what was asked. */
export function readEnded(answer: unknown): number {
  return typeof answer === 'object' && answer !== null && 'ended' in answer
    ? Number(answer.ended)
    : 0
}
