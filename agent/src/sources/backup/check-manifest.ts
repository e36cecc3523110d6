import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { asRecord } from '../../as-record.ts'
import { broken, type FileCheck } from './file-check.ts'
import { findFiles } from './find-files.ts'

/** Some 200,000 files. */
const MOST_BYTES = 32 * 1024 * 1024
/** Files whose size is compared with the manifest's. */
const MOST_FILES = 10_000

/** A file as a manifest lists it. */
interface ListedFile {
  readonly path: string
  readonly bytes: number
}

/**
 * A `backup_manifest` of pg_basebackup: its own checksum must be right, and in a plain backup the files that it lists must be there in
 * their sizes. It is written last, so that a backup without it was not finished. What the files hold is not read (pg_verifybackup does).
 */
export async function checkManifest(path: string, bytes: number): Promise<FileCheck> {
  if (bytes > MOST_BYTES)
    return broken('backup_manifest 过大，未检查', 'backup_manifest is too large to be checked')
  const text = await readFile(path, 'utf8')
  const listed = parseManifest(text)
  if (listed === undefined)
    return broken(
      'backup_manifest 不完整或校验和不符',
      'backup_manifest is cut off, or its checksum is wrong',
      { checksumOk: false },
    )
  const directory = dirname(path)
  const isPlain = await stat(join(directory, 'PG_VERSION')).then(
    () => true,
    () => false,
  )
  return isPlain ? checkPlain(directory, listed) : checkTar(directory)
}

/** What it lists; undefined where it is no whole manifest. */
export function parseManifest(text: string): readonly ListedFile[] | undefined {
  const at = text.lastIndexOf('"Manifest-Checksum"')
  if (at < 0) return undefined
  try {
    const manifest = asRecord(JSON.parse(text))
    const sum = createHash('sha256').update(text.slice(0, at)).digest('hex')
    if (manifest['Manifest-Checksum'] !== sum) return undefined
    const files: unknown = manifest['Files']
    return Array.isArray(files) ? files.flatMap(toListed) : undefined
  } catch {
    return undefined
  }
}

function toListed(entry: unknown): ListedFile[] {
  const { Path: path, Size: bytes } = asRecord(entry)
  return typeof path === 'string' && typeof bytes === 'number' ? [{ path, bytes }] : []
}

async function checkPlain(directory: string, listed: readonly ListedFile[]): Promise<FileCheck> {
  const bytes = listed.reduce((sum, file) => sum + file.bytes, 0)
  for (const file of listed.slice(0, MOST_FILES)) {
    const found = await stat(join(directory, file.path)).catch(() => undefined)
    if (found?.size === file.bytes) continue
    return broken(
      `文件缺失或大小不符：${file.path}`,
      `a file is missing or of another size: ${file.path}`,
      { bytes },
    )
  }
  return { isWhole: true, verified: true, bytes }
}

/** In tar format the files are inside: the archives must be there and hold something. */
async function checkTar(directory: string): Promise<FileCheck> {
  const archives = await findFiles([join(directory, '*.tar'), join(directory, '*.tar.*')])
  const bytes = archives.reduce((sum, file) => sum + file.bytes, 0)
  const hasBase = archives.some((file) => file.bytes > 0 && /[/\\]base\.tar/.test(file.path))
  const empty = archives.find((file) => file.bytes === 0)
  if (hasBase && empty === undefined) return { isWhole: true, verified: true, bytes }
  const name = empty?.path ?? 'base.tar'
  return broken(`归档缺失或为空：${name}`, `an archive is missing or empty: ${name}`, { bytes })
}
