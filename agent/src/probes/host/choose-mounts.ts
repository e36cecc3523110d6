import type { Mount } from './parse-mountinfo.ts'

/** A file system whose space is asked, at one of the places where it is mounted. */
export interface ChosenMount {
  readonly path: string
  readonly device: string
  readonly fstype: string
  readonly mode: 'rw' | 'ro'
  /** Network, FUSE, autofs, or mounted beneath such a one: the question may never come back. */
  readonly mayHang: boolean
}

/** Answer from memory or from a disk of this machine. */
const LOCAL = words(`
  ext2 ext3 ext4 xfs btrfs zfs f2fs bcachefs jfs reiserfs nilfs2
  vfat msdos exfat ntfs ntfs3 hfs hfsplus ufs minix iso9660 udf
`)

/** Hold no space of their own that could run out, or are read-only images. */
const LEFT_OUT_TYPES = words(`
  autofs tmpfs devtmpfs devfs ramfs rootfs hugetlbfs overlay overlayfs aufs unionfs squashfs erofs cramfs romfs
  proc sysfs cgroup cgroup2 cpuset devpts mqueue debugfs tracefs securityfs selinuxfs smackfs pstore efivarfs
  bpf configfs fusectl binfmt_misc rpc_pipefs nfsd nsfs resctrl binder pipefs sockfs none
  fuse.lxcfs fuse.gvfsd-fuse fuse.portal fuse.snapfuse fuse.vmware-vmblock
`)

const LEFT_OUT_PATHS = ['/proc', '/sys', '/dev', '/run']

/**
 * Each file system once, at the place where its root is mounted if there is one; without those that hold
 * no data. An autofs place where nothing is mounted at the moment is left out: asking it would mount it.
 */
export function chooseMounts(mounts: readonly Mount[]): ChosenMount[] {
  const visible = [...new Map(mounts.map((mount) => [mount.path, mount])).values()]
  const hanging = mounts.filter(canHang).map(({ path }) => path)
  const chosen = new Map<string, Mount>()
  for (const mount of visible) {
    if (isLeftOut(mount)) continue
    const known = chosen.get(mount.deviceNumber)
    if (known === undefined || (known.root !== '/' && mount.root === '/')) {
      chosen.set(mount.deviceNumber, mount)
    }
  }
  return [...chosen.values()].map((mount) => ({
    path: mount.path,
    device: mount.device.replace(/^\/dev\//, ''),
    fstype: mount.fstype,
    mode: mount.readOnly ? 'ro' : 'rw',
    mayHang: hanging.some((path) => isWithin(mount.path, path)),
  }))
}

/** Whether a file at `path` is on a file system that may never answer. Symbolic links are not followed: that would ask it. */
export function mayHangAt(path: string, mounts: readonly Mount[]): boolean {
  return mounts.some((mount) => canHang(mount) && isWithin(path, mount.path))
}

function isLeftOut({ fstype, path }: Mount): boolean {
  return LEFT_OUT_TYPES.has(fstype) || LEFT_OUT_PATHS.some((left) => isWithin(path, left))
}

function canHang({ fstype }: Mount): boolean {
  return fstype === 'autofs' || (!LOCAL.has(fstype) && !LEFT_OUT_TYPES.has(fstype))
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`)
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/))
}
