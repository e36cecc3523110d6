import { ByteScanner } from '../../sources/byte-scanner.ts'

/** Parses the numbers of a one-line file of /proc/sys. @param file names the bytes in errors */
export function parseNumbers(bytes: Uint8Array, file: string): number[] {
  const scanner = new ByteScanner(bytes, file)
  if (!scanner.nextLine()) throw scanner.problem({ zh: '文件为空', en: 'the file is empty' })
  const numbers = [scanner.number()]
  while (scanner.hasField()) numbers.push(scanner.number())
  return numbers
}
