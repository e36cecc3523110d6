import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCodeOf } from '@wardround/program/error-code'
import { maskArguments, maskSecrets } from '../../mask-secrets.ts'
import { withoutBlocks } from '../../without-blocks.ts'

/** A file of the configuration, as the inventory keeps it. */
export interface ConfigurationFile {
  /** Below CATALINA_BASE: `conf/server.xml`. */
  readonly file: string
  /** Of the masked text, as it stands here: it tells nothing about a password. */
  readonly sha256: string
  readonly text: string
  /** Whether `text` was cut; `sha256` is of the whole. */
  readonly truncated: boolean
}

/** One that could not be read. */
export interface UnreadableFile {
  readonly file: string
  /** EACCES, or `too long`. */
  readonly reason: string
}

/** Files and where they may stand: below the base, else below the home. */
const CONFIGURATION_FILES = [
  'conf/server.xml',
  'conf/web.xml',
  'conf/context.xml',
  'bin/setenv.sh',
  'bin/setenv.bat',
] as const

const LONGEST_FILE = 1024 * 1024
/** Five of them, and the arguments, fit one document. */
const LONGEST_TEXT = 32 * 1024
const MOST_ARGUMENTS = 400
const LONGEST_ARGUMENT = 1_000
const LONGEST_ARGUMENTS = 48 * 1024

/** Reads the files that are there. conf/tomcat-users.xml is never read: it holds nothing but passwords. */
export async function readConfiguration(
  catalinaBase: string,
  catalinaHome: string | undefined,
): Promise<{
  readonly files: readonly ConfigurationFile[]
  readonly unreadable: readonly UnreadableFile[]
}> {
  const files: ConfigurationFile[] = []
  const unreadable: UnreadableFile[] = []
  for (const file of CONFIGURATION_FILES) {
    const found =
      (await readText(catalinaBase, file)) ??
      (catalinaHome === undefined ? undefined : await readText(catalinaHome, file))
    if (found === undefined) continue
    if ('reason' in found) unreadable.push({ file, reason: found.reason })
    else files.push(toConfigurationFile(file, found.text))
  }
  return { files, unreadable }
}

/** Masked, without what is the same in every Tomcat: comments, and the thousand types of web.xml. */
export function toConfigurationFile(file: string, text: string): ConfigurationFile {
  const plain = file.endsWith('.xml') ? withoutRoutine(text) : text
  const masked = maskSecrets(plain.replaceAll('\r\n', '\n'))
  return {
    file,
    sha256: createHash('sha256').update(masked).digest('hex'),
    text: masked.slice(0, LONGEST_TEXT),
    truncated: masked.length > LONGEST_TEXT,
  }
}

function withoutRoutine(xml: string): string {
  const told = withoutBlocks(xml, '<!--', '-->')
  return withoutBlocks(told, '<mime-mapping>', '</mime-mapping>')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{2,}/g, '\n')
}

/** What the JVM was started with, program and main class included, masked and bounded. */
export function toJvmArguments(commandLine: readonly string[]): readonly string[] {
  let room = LONGEST_ARGUMENTS
  return maskArguments(commandLine)
    .slice(0, MOST_ARGUMENTS)
    .map((argument) => argument.slice(0, LONGEST_ARGUMENT))
    .filter((argument) => (room -= argument.length) > 0)
}

/** Value of -Dcatalina.home. */
export function catalinaHomeIn(commandLine: readonly string[]): string | undefined {
  const name = '-Dcatalina.home='
  return commandLine.find((argument) => argument.startsWith(name))?.slice(name.length)
}

/** Undefined where it is not there. A pipe or a device is not waited for. */
async function readText(
  directory: string,
  name: string,
): Promise<{ readonly text: string } | { readonly reason: string } | undefined> {
  try {
    const file = await open(join(directory, name), constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stat = await file.stat()
      if (!stat.isFile()) return { reason: 'not a file' }
      if (stat.size > LONGEST_FILE) return { reason: 'too long' }
      return { text: await file.readFile('utf8') }
    } finally {
      await file.close()
    }
  } catch (error) {
    const code = errorCodeOf(error) ?? String(error)
    return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : { reason: code }
  }
}
