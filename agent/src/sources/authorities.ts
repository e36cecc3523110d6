import { readFile } from 'node:fs/promises'
import { ProbeError } from '../probe.ts'
import { splitPem } from './pem.ts'

/** PEM of the authorities in an option `caFile`, as it is written there. @throws ProbeError UNREADABLE where it can't be used */
export async function readAuthorities(file: string): Promise<string> {
  const text = (await readBytes(file)).toString('utf8')
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text
  throw noneIn(file)
}

/** The same, one by one; what else stands in the file is passed over. @throws ProbeError UNREADABLE where it can't be used */
export async function readEachAuthority(file: string): Promise<readonly string[]> {
  const found = splitPem(await readBytes(file))
  if (found.length === 0) throw noneIn(file)
  return found
}

function readBytes(file: string): Promise<Buffer> {
  return readFile(file).catch((error: unknown) => {
    throw badAuthorities(file, error instanceof Error ? error.message : String(error))
  })
}

function noneIn(file: string): ProbeError {
  return badAuthorities(file, 'no PEM certificate in it')
}

function badAuthorities(file: string, reason: string): ProbeError {
  return new ProbeError('UNREADABLE', {
    zh: `caFile ${file} 无法使用：${reason}`,
    en: `caFile ${file} can’t be used: ${reason}`,
  })
}
