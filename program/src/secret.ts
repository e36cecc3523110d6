import { readFile, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { inspect } from 'node:util'
import type { LocalizedText } from './language.ts'
import type { SecretReference } from './secret-reference.ts'

/** A secret value that no log, error or JSON shows; only reveal() gives it. */
export class Secret {
  readonly #value: string
  constructor(value: string) {
    this.#value = value
  }
  reveal(): string {
    return this.#value
  }
  toString(): string {
    return '<secret>'
  }
  toJSON(): string {
    return '<secret>'
  }
  [inspect.custom](): string {
    return '<secret>'
  }
}

/** A secret that can't be read or must not be used. The message names the place, never the value. */
export class SecretError extends Error {
  override readonly name = 'SecretError'
  readonly text: LocalizedText

  constructor(text: LocalizedText, options?: ErrorOptions) {
    super(text.en, options)
    this.text = text
  }
}

type Environment = Readonly<Record<string, string | undefined>>

/** systemd's directory of a unit's credentials; relative secret files are in it. */
const DIRECTORY = 'CREDENTIALS_DIRECTORY'

/** The environment under which the secrets of a configuration are read: without systemd's credentials, relative files stand beside the configuration. */
export function credentialsBeside(
  configurationFile: string,
  environment: Environment,
): Environment {
  const { [DIRECTORY]: directory } = environment
  return directory === undefined || directory === ''
    ? { ...environment, [DIRECTORY]: dirname(resolve(configurationFile)) }
    : environment
}

/**
 * Reads a secret, without the line end at its end.
 * @throws SecretError when it is missing, empty, or in a file that every user of the machine may read
 */
export async function readSecret(
  reference: SecretReference,
  environment: Environment,
): Promise<Secret> {
  const value =
    'env' in reference
      ? readVariable(reference.env, environment)
      : await readSecretFile(reference.file, environment)
  return new Secret(value)
}

function readVariable(name: string, environment: Environment): string {
  const value = environment[name]
  if (value === undefined || value === '')
    throw new SecretError({
      zh: `环境变量 ${name} 未设置；应为密钥的值`,
      en: `environment variable ${name} is not set; expected it to hold a secret`,
    })
  return value
}

const NO_HINT: LocalizedText = { zh: '', en: '' }
const RELATIVE: LocalizedText = {
  zh: `（相对路径在 $${DIRECTORY} 下查找，未设置时在配置文件所在目录查找）`,
  en: ` (a relative name is looked up in $${DIRECTORY}, without it beside the configuration file)`,
}

/** Never in the directory where the program happens to be started. */
function placeOf(file: string, environment: Environment): string {
  if (isAbsolute(file)) return file
  const { [DIRECTORY]: directory } = environment
  if (directory !== undefined && directory !== '') return join(directory, file)
  throw new SecretError({
    zh: `密钥文件“${file}”不是完整路径，环境变量 ${DIRECTORY} 也未设置，无从查找；请写完整路径`,
    en: `secret file "${file}" is no full path and ${DIRECTORY} is not set, so nobody knows where it is; write its full path`,
  })
}

async function readSecretFile(file: string, environment: Environment): Promise<string> {
  const path = placeOf(file, environment)
  let value: string
  try {
    const { mode } = await stat(path)
    if (process.platform !== 'win32' && (mode & 0o004) !== 0) {
      throw new SecretError({
        zh: `${path} 可被本机所有用户读取；权限应为 0640 或更严（chmod o-r ${path}）`,
        en: `${path} can be read by every user of this machine; expected mode 0640 or stricter (chmod o-r ${path})`,
      })
    }
    value = (await readFile(path, 'utf8')).replace(/\r?\n$/, '')
  } catch (error) {
    if (error instanceof SecretError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    const hint = isAbsolute(file) ? NO_HINT : RELATIVE
    throw new SecretError(
      {
        zh: `密钥文件 ${path} 无法读取：${reason}${hint.zh}`,
        en: `secret file ${path} can't be read: ${reason}${hint.en}`,
      },
      { cause: error },
    )
  }
  if (value === '')
    throw new SecretError({ zh: `密钥文件 ${path} 为空`, en: `secret file ${path} is empty` })
  return value
}
