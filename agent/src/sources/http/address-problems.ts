import type { OptionProblem } from '../../source.ts'

/** What a pattern does not see in an option `connect`: `http://[::x]` is none. */
export function addressProblems(connect: unknown, example: string): readonly OptionProblem[] {
  if (URL.canParse(String(connect))) return []
  return [
    {
      option: 'connect',
      what: { zh: `${String(connect)} 不是网址`, en: `${String(connect)} is no address` },
      expected: { zh: `形如 ${example}`, en: `such as ${example}` },
    },
  ]
}
