/**
 * Value of an option by any of its names: `-p 5432`, `-p5432`, `--port=5432`, `--port 5432`; a name with a blank is a setting, `-c port=5432`.
 * Dash and underscore in long names are alike.
 */
export function optionOf(
  commandLine: readonly string[],
  names: readonly string[],
): string | undefined {
  for (const [at, word] of commandLine.entries())
    for (const name of names) {
      const value = valueAt(commandLine, at, word, name)
      if (value !== undefined) return value
    }
  return undefined
}

function valueAt(
  commandLine: readonly string[],
  at: number,
  word: string,
  name: string,
): string | undefined {
  const [flag = '', setting] = name.split(' ')
  const next = commandLine[at + 1]
  if (setting !== undefined) {
    const given = word === flag ? next : word.startsWith(flag) ? word.slice(flag.length) : undefined
    return given?.startsWith(`${setting}=`) === true ? given.slice(setting.length + 1) : undefined
  }
  if (word === flag) return next
  if (flag.startsWith('--')) {
    const [key = '', ...rest] = word.split('=')
    return rest.length > 0 && key.replaceAll('_', '-') === flag.replaceAll('_', '-')
      ? rest.join('=')
      : undefined
  }
  return word.startsWith(flag) && !word.startsWith('--') ? word.slice(flag.length) : undefined
}
