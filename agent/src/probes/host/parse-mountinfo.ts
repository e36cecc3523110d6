import { ByteScanner } from '../../sources/byte-scanner.ts'

/** One line of /proc/self/mountinfo (proc(5)). */
export interface Mount {
  /** `major:minor` of the file system; the same for all places where it is mounted. */
  readonly deviceNumber: string
  /** Which directory of the file system is mounted: `/` but for bind mounts and subvolumes. */
  readonly root: string
  readonly path: string
  readonly fstype: string
  /** As mounted: /dev/sda1, server:/export, tank/home. */
  readonly device: string
  /** Of the file system itself, whatever this mount of it allows. */
  readonly readOnly: boolean
}

/** Parses /proc/self/mountinfo, in its order: of two mounts at one path the later hides the earlier. */
export function parseMountinfo(bytes: Uint8Array): Mount[] {
  const scanner = new ByteScanner(bytes, '/proc/self/mountinfo')
  const mounts: Mount[] = []
  while (scanner.nextLine()) {
    scanner.skip(2)
    const deviceNumber = scanner.field()
    const root = unescape(scanner.field())
    const path = unescape(scanner.field())
    // Options of this mount, then any number of optional fields up to the hyphen.
    while (!scanner.takeField('-')) scanner.skip(1)
    const fstype = scanner.field()
    const device = unescape(scanner.field())
    const readOnly = scanner.rest().split(',').includes('ro')
    mounts.push({ deviceNumber, root, path, fstype, device, readOnly })
  }
  return mounts
}

/** The kernel writes blank, tab, newline and backslash as an octal number of three digits. */
function unescape(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  )
}
