import { readFile, stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
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

async function readSecretFile(file: string, environment: Environment): Promise<string> {
  const directory = environment['CREDENTIALS_DIRECTORY']
  const path = isAbsolute(file) || directory === undefined ? file : join(directory, file)
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
    throw new SecretError(
      {
        zh: `密钥文件 ${path} 无法读取：${reason}`,
        en: `secret file ${path} can't be read: ${reason}`,
      },
      { cause: error },
    )
  }
  if (value === '')
    throw new SecretError({ zh: `密钥文件 ${path} 为空`, en: `secret file ${path} is empty` })
  return value
}
