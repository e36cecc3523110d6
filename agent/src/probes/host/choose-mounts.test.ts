import { describe, expect, test } from 'vitest'

import { chooseMounts, type ChosenMount } from './choose-mounts.ts'
import { parseMountinfo } from './parse-mountinfo.ts'

/** `number root path fstype device superoptions`, one a line, as a test writes them. */
function choose(text: string): readonly ChosenMount[] {
  const lines = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(' '))
    .map(
      ([number, root, path, fstype, device, options = 'rw']) =>
        `22 1 ${number} ${root} ${path} rw,relatime shared:1 - ${fstype} ${device} ${options}\n`,
    )
  return chooseMounts(parseMountinfo(Buffer.from(lines.join(''))))
}

function paths(mounts: readonly ChosenMount[]): string[] {
  return mounts.map(({ path }) => path)
}

describe('chooseMounts', () => {
  test('leaves out what holds no data', () => {
    const chosen = choose(`
      254:0 / / ext4 /dev/vda
      0:21 / /proc proc proc
      0:22 / /sys sysfs sysfs
      0:6 / /dev devtmpfs devtmpfs
      0:30 / /tmp tmpfs tmpfs
      0:31 / /sys/fs/cgroup cgroup2 cgroup2
      7:0 / /snap/core squashfs /dev/loop0
      0:40 / /var/lib/docker/overlay2/x/merged overlay overlay
      8:17 / /run/media/user/stick vfat /dev/sdb1
      0:50 / /var/lib/lxcfs fuse.lxcfs lxcfs
    `)
    expect(chosen).toEqual([
      { path: '/', device: 'vda', fstype: 'ext4', mode: 'rw', mayHang: false },
    ])
  })

  test('takes a file system once, where its root is mounted if anywhere', () => {
    const chosen = choose(`
      8:1 /var/lib /srv/bind xfs /dev/sda1
      8:1 / / xfs /dev/sda1
      8:1 /etc /srv/etc xfs /dev/sda1
      0:60 /@home /home btrfs /dev/sdb
      0:60 /@log /var/log btrfs /dev/sdb
    `)
    expect(paths(chosen)).toEqual(['/', '/home'])
  })

  test('sees only the upper one of two mounts at one path', () => {
    const chosen = choose(`
      8:1 / / xfs /dev/sda1
      8:2 / /data ext4 /dev/sda2
      8:3 / /data ext4 /dev/mapper/vg-data
    `)
    expect(chosen.map(({ device }) => device)).toEqual(['sda1', 'mapper/vg-data'])
  })

  test('takes the mode of the file system, not that of the mount (a sandbox mounts everything read-only)', () => {
    const [root] = chooseMounts(
      parseMountinfo(
        Buffer.from('22 1 8:1 / / ro,relatime - ext4 /dev/sda1 rw,errors=remount-ro\n'),
      ),
    )
    expect(root?.mode).toBe('rw')
    expect(choose('8:1 / / ext4 /dev/sda1 ro,errors=remount-ro')[0]?.mode).toBe('ro')
  })

  test.each([
    { fstype: 'nfs4', mayHang: true },
    { fstype: 'cifs', mayHang: true },
    { fstype: 'ceph', mayHang: true },
    { fstype: 'fuse.sshfs', mayHang: true },
    { fstype: 'fuseblk', mayHang: true },
    { fstype: 'gfs2', mayHang: true },
    { fstype: 'one-that-nobody-knows-yet', mayHang: true },
    { fstype: 'xfs', mayHang: false },
    { fstype: 'btrfs', mayHang: false },
    { fstype: 'zfs', mayHang: false },
  ])('$fstype may hang: $mayHang', ({ fstype, mayHang }) => {
    expect(choose(`0:70 / /data ${fstype} x`)).toEqual([expect.objectContaining({ mayHang })])
  })

  test('has what lies beneath a network file system asked by the helper too: the way there may hang', () => {
    const chosen = choose(`
      8:1 / / xfs /dev/sda1
      0:70 / /net nfs4 server:/export
      8:2 / /net/local ext4 /dev/sda2
      8:3 / /network ext4 /dev/sda3
    `)
    expect(chosen.filter(({ mayHang }) => mayHang).map(({ path }) => path)).toEqual([
      '/net',
      '/net/local',
    ])
  })

  test('never asks an autofs place itself, and has what is mounted there asked by the helper', () => {
    const chosen = choose(`
      8:1 / / xfs /dev/sda1
      0:80 / /boot/efi autofs systemd-1
      8:2 / /boot/efi vfat /dev/sda2
      0:81 / /home autofs auto.home
      0:82 / /misc autofs auto.misc
      0:83 / /misc/iso nfs server:/iso
    `)
    expect(chosen.map(({ path, mayHang }) => `${path} ${mayHang}`)).toEqual([
      '/ false',
      '/boot/efi true',
      '/misc/iso true',
    ])
  })
})

describe('parseMountinfo', () => {
  test('reads what the kernel escapes, and any number of optional fields', () => {
    const line = String.raw`36 35 98:0 / /mnt/my\040disk\134x rw,noatime master:1 propagate_from:2 - nfs4 server:/a\040b rw,vers=4.2`
    expect(parseMountinfo(Buffer.from(`${line}\n`))).toEqual([
      {
        deviceNumber: '98:0',
        root: '/',
        path: '/mnt/my disk\\x',
        fstype: 'nfs4',
        device: 'server:/a b',
        readOnly: false,
      },
    ])
  })

  test('reads Chinese paths', () => {
    const line = '36 35 98:0 / /数据/备份 rw - xfs /dev/sdb rw\n'
    expect(parseMountinfo(Buffer.from(line))[0]?.path).toBe('/数据/备份')
  })

  test.each([
    'rubbish\n',
    '36 35 98:0 / /x rw shared:1 ext4 /dev/sda rw\n',
    '36 35 98:0 / /x rw -\n',
  ])('refuses %j', (text) => {
    expect(() => parseMountinfo(Buffer.from(text))).toThrow('/proc/self/mountinfo:1')
  })
})
