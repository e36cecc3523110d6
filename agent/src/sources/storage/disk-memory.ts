/** How a disk is named in series. */
export type DiskIdentity = Readonly<
  Record<'serial_no' | 'device' | 'model' | 'wwn' | 'kind', string>
>

/** What is remembered of disks from one run to the next. */
export class DiskMemory {
  /** What a disk called itself when it was awake last, by device. */
  readonly known = new Map<string, DiskIdentity>()
  /** Devices that gave nothing in the last run: they are asked last, so that the others are heard. */
  readonly failed = new Set<string>()
}
