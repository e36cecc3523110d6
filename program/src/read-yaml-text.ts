import { readFile } from 'node:fs/promises'
import { ConfigError } from './config-error.ts'
import type { LocalizedText } from './language.ts'
import { describeUnreadable } from './system-error.ts'

/** A configuration is written by people; more than this is something else. */
const MAX_BYTES = 4 * 1_048_576

/**
 * The text of a YAML file, which is UTF-8 (with a byte order mark or without). `expected` says what the file should be.
 * @throws ConfigError where it can't be read, is too large or is in another encoding, with the place of the first byte that is wrong
 */
export async function readYamlText(file: string, expected: LocalizedText): Promise<string> {
  let bytes: Buffer
  try {
    bytes = await readFile(file)
  } catch (error) {
    throw wrongFile(file, { line: 1, column: 1 }, describeUnreadable(error), expected, error)
  }
  if (bytes.length > MAX_BYTES) {
    const what = {
      zh: `文件过大（${bytes.length} 字节）`,
      en: `the file is too large (${bytes.length} bytes)`,
    }
    const most = { zh: `至多 ${MAX_BYTES} 字节`, en: `at most ${MAX_BYTES} bytes` }
    throw wrongFile(file, { line: 1, column: 1 }, what, most)
  }
  if (isUtf16(bytes)) throw wrongFile(file, { line: 1, column: 1 }, UTF_16, UTF_8)
  const text = bytes.toString('utf8')
  const at = text.indexOf('\uFFFD')
  if (at >= 0 && !Buffer.from(text).equals(bytes))
    throw wrongFile(file, placeOf(bytes), NOT_UTF_8, UTF_8)
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

function isUtf16([first, second]: Buffer): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
}

/** Where the text ceases to be UTF-8. */
function placeOf(bytes: Buffer): { readonly line: number; readonly column: number } {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let line = 1
  for (let from = 0; from < bytes.length; line++) {
    const next = bytes.indexOf(0x0a, from)
    const end = next < 0 ? bytes.length : next + 1
    try {
      decoder.decode(bytes.subarray(from, end))
    } catch {
      const good = bytes.subarray(from, end).toString('utf8').indexOf('\uFFFD')
      return { line, column: good + 1 }
    }
    from = end
  }
  return { line, column: 1 }
}

function wrongFile(
  file: string,
  place: { readonly line: number; readonly column: number },
  what: LocalizedText,
  expected: LocalizedText,
  cause?: unknown,
): ConfigError {
  const problem = { file, ...place, path: '', what, expected, suggestion: undefined }
  return new ConfigError([problem], { cause })
}

const NOT_UTF_8: LocalizedText = {
  zh: '不是 UTF-8 编码（中文 Windows 的记事本可能存为 GBK，即“ANSI”）',
  en: 'this is not UTF-8 (Chinese Windows may have saved it as GBK, which it calls "ANSI")',
}
const UTF_16: LocalizedText = { zh: '文件是 UTF-16 编码', en: 'the file is UTF-16' }
const UTF_8: LocalizedText = {
  zh: 'UTF-8 编码：请用编辑器另存为 UTF-8',
  en: 'UTF-8: save it as such',
}
