import { callControlSocket, EXIT, isNobodyThere, pickText, type Language } from '@wardround/program'
import { type CommonOptions, statePathsOf } from './common-options.ts'

/** Asks the running collector, which alone knows what is so now; undefined, said so, where none runs. */
export async function askCollector(
  command: string,
  argument: object,
  options: CommonOptions,
  language: Language,
): Promise<unknown> {
  const { controlSocket } = await statePathsOf(options)
  try {
    return await callControlSocket(controlSocket, command, argument)
  } catch (error) {
    if (!isNobodyThere(error)) throw error
    const text = {
      zh: `监控中心没有运行（${controlSocket} 无应答）`,
      en: `no collector runs (${controlSocket} does not answer)`,
    }
    process.stderr.write(`${pickText(text, language)}\n`)
    process.exitCode = EXIT.unreachable
    return undefined
  }
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
