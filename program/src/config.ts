import type { Static, TSchema } from 'typebox'
import { ConfigError, type ConfigProblem } from './config-error.ts'
import { overrideFromEnvironment, type Environment } from './environment-overrides.ts'
import type { LocalizedText } from './language.ts'
import { readYamlText } from './read-yaml-text.ts'
import { walkSchema, type SchemaProblem } from './schema-walk.ts'
import { YamlDocument, type KeyPath, type TextPosition } from './yaml-document.ts'

/** Of more problems than these the place is not looked for. */
const MAX_PLACED = 200

/** A checked configuration that still knows where each value stood, for checks that no schema can say. */
export interface Located<T> {
  readonly file: string
  readonly value: T
  locate(path: KeyPath): TextPosition
  /** A problem at the value of `path`, to be thrown in a ConfigError. */
  problem(
    path: KeyPath,
    what: LocalizedText,
    expected?: LocalizedText,
    suggestion?: string,
  ): ConfigProblem
}

/**
 * Checks YAML text against a schema: unknown keys are errors, defaults come from the schema, `WARDROUND_SECTION__KEY` variables
 * override what the file says.
 * @throws ConfigError listing every problem with its place
 */
export function checkYaml<S extends TSchema>(
  schema: S,
  source: { readonly file: string; readonly text: string },
  environment: Environment = {},
): Located<Static<S>> {
  const document = new YamlDocument(source.file, source.text)
  const problems: ConfigProblem[] = []
  const overridden = overrideFromEnvironment(schema, document.value, environment, problems)
  const found: SchemaProblem[] = []
  const value = walkSchema(schema, overridden.value, [], found)
  for (const { path, atKey, what, expected, suggestion } of found.slice(0, MAX_PLACED)) {
    const variable = overridden.variables.get(path.join('.'))
    const position = atKey ? document.locateKey(path) : document.locate(path)
    const problem = document.problem(position, path, what, expected, suggestion)
    problems.push(
      variable === undefined ? problem : { ...problem, file: variable, line: 1, column: 1 },
    )
  }
  if (problems.length > 0)
    throw new ConfigError(problems, { more: Math.max(0, found.length - MAX_PLACED) })
  return {
    file: source.file,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- walkSchema found nothing wrong with it
    value: value as Static<S>,
    locate: (path) => document.locate(path),
    problem: (path, what, expected, suggestion) =>
      document.problem(document.locate(path), path, what, expected, suggestion),
  }
}

/**
 * Reads and checks a configuration file. `file` undefined: nothing but defaults and the environment.
 * @throws ConfigError also when the file can't be read
 */
export async function loadConfig<S extends TSchema>(
  schema: S,
  file: string | undefined,
  environment: Environment = {},
): Promise<Located<Static<S>>> {
  if (file === undefined) return checkYaml(schema, { file: 'defaults', text: '' }, environment)
  return checkYaml(schema, { file, text: await readYamlText(file, READABLE) }, environment)
}

const READABLE: LocalizedText = { zh: '可读的 YAML 文件', en: 'a readable YAML file' }
