import { Help } from 'commander'

/** commander's own words, which it knows in English alone. */
const TITLES: Readonly<Record<string, string>> = {
  'Usage:': '用法：',
  'Options:': '选项：',
  'Commands:': '命令：',
  'Arguments:': '参数：',
}

const PLAIN_HELP = new Help()

/** For configureHelp(). */
export const CHINESE_HELP: Partial<Help> = {
  styleTitle: (title) => TITLES[title] ?? title,
  commandUsage: (command) => inChinese(PLAIN_HELP.commandUsage(command)),
  subcommandTerm: (command) => inChinese(PLAIN_HELP.subcommandTerm(command)),
  optionDescription: (option) => PLAIN_HELP.optionDescription(option).replace('choices:', '可选：'),
}

function inChinese(usage: string): string {
  return usage.replace('[options]', '[选项]').replace('[command]', '[命令]')
}

const ERRORS: readonly (readonly [english: RegExp, chinese: string])[] = [
  [/^error: unknown option '(.+)'$/, '未知的选项“$1”'],
  [/^error: unknown command '(.+)'$/, '未知的命令“$1”'],
  [/^error: missing required argument '(.+)'$/, '缺少参数“$1”'],
  [/^error: option '(.+)' argument missing$/, '选项“$1”缺少取值'],
  [
    /^error: option '(.+)' argument '(.*)' is invalid\. Allowed choices are (.+)\.$/,
    '选项“$1”不能是“$2”；应为 $3 之一',
  ],
  [
    /^error: too many arguments(?: for '.+')?\. Expected (\d+) arguments? but got \d+: (.+)\.$/,
    '参数过多：应为 $1 个，给出的是 $2',
  ],
  [/^\(Did you mean (?:one of )?(.+)\?\)$/, '是否想写 $1？'],
]

/** What commander prints about a command line that it can't take; a sentence that isn't known here stays as it is. */
export function toChineseError(printed: string): string {
  return printed
    .split('\n')
    .map((line) => {
      const found = ERRORS.find(([english]) => english.test(line))
      return found === undefined ? line : line.replace(found[0], found[1])
    })
    .join('\n')
}
