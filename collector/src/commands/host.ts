import { EXIT, type Language, pickText } from '@wardround/program'
import { askCollector, readEnded, say } from './ask-collector.ts'
import type { CommonOptions } from './common-options.ts'

/** `host retire NAME [--instance TAG=VALUE…]`. */
export async function retireHost(
  name: string,
  options: CommonOptions & { readonly instance?: readonly string[] },
  language: Language,
): Promise<void> {
  const { instance = [] } = options
  const wrong = instance.find((text) => !/^[^=]+=./.test(text))
  if (wrong !== undefined) {
    const text = {
      zh: `--instance：“${wrong}”应为 标签=值，例如 instance=his`,
      en: `--instance: "${wrong}" should be TAG=VALUE, for example instance=his`,
    }
    process.stderr.write(`${pickText(text, language)}\n`)
    process.exitCode = EXIT.usage
    return
  }
  const tags = Object.fromEntries(
    instance.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
  )
  const answer = await askCollector('retire', { name, tags }, options, language)
  if (answer === undefined) return
  const ended = readEnded(answer)
  const what = [name, ...instance].join(' ')
  say(
    {
      zh: `${what}：已停止监控，结束了 ${ended} 条告警；若之后又有数据上报，将视为新对象重新监控`,
      en: `${what}: retired, ${ended} alerts ended; what still reports is watched anew`,
    },
    language,
  )
}
