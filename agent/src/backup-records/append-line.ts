import { open, type FileHandle } from 'node:fs/promises'

const LINE_END = 0x0a

/**
 * Adds a line to a file as a whole or not at all: what a full disk cuts off is taken out again. What an earlier process left after the last end of a
 * line goes into `FILE.torn`, for whoever wants to know what it was.
 * @throws the operating system's error
 */
export async function appendLine(path: string, line: string): Promise<void> {
  await using file = await open(path, 'a+', 0o600)
  const bytes = await file.readFile()
  const end = bytes.lastIndexOf(LINE_END) + 1
  if (end < bytes.length) {
    await setAside(`${path}.torn`, bytes.subarray(end))
    await file.truncate(end)
  }
  await writeWhole(file, `${line}\n`, end)
}

async function writeWhole(file: FileHandle, text: string, end: number): Promise<void> {
  try {
    await file.appendFile(text)
    await file.sync()
  } catch (error) {
    await file.truncate(end).catch(() => undefined) // it is torn then: the next one sets it aside
    throw error
  }
}

async function setAside(path: string, torn: Uint8Array): Promise<void> {
  await using file = await open(path, 'a', 0o600)
  await file.appendFile(torn)
  await file.appendFile('\n')
  await file.sync()
}
