import { chmod, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { release, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { patchSource } from '../../sources/patch.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { sampleOnce, type SampledRun } from '../../testing/sample-once.ts'
import { makeSourceContext } from '../../testing/source-context.ts'
import pending from './pending.ts'

const NOW_MS = Date.UTC(2026, 10, 22, 4)
const DAY_MS = 86_400_000

const RELEASE = 'var/lib/apt/lists/mirror_dists_stable_InRelease'
const APT_GET = `cat <<'END'
Inst libssl3 [3.0.11-1] (3.0.15-1 Debian-Security:12/stable-security [amd64])
Inst tzdata [2024a-0] (2025b-0 Debian:12.9/stable [all])
END`
const REPOMD = 'var/cache/dnf/baseos-0123/repodata/repomd.xml'
const DNF = `case "$*" in
*check-update*) echo 'openssl.x86_64 1:3.2.2-6.el9 baseos'; echo 'tzdata.noarch 2025b-1.el9 baseos'; exit 100;;
*updateinfo*) echo 'RHSA-2025:1 Important/Sec. openssl-1:3.2.2-6.el9.x86_64';;
esac`
const RPM = `case "$*" in
*INSTALLTIME*) echo ${(NOW_MS - 20 * DAY_MS) / 1000}; echo ${(NOW_MS - 90 * DAY_MS) / 1000};;
*) echo 'openssl 1:3.0.7-27.el9'; echo 'tzdata 0:2025a-1.el9';;
esac`

/** A host with stand-ins for its package programs, which print what such programs print. */
class PackageTree implements AsyncDisposable {
  readonly root: string

  private constructor(root: string) {
    this.root = root
  }

  static async create(files: Record<string, string>, ages: Record<string, number> = {}) {
    const tree = new PackageTree(await mkdtemp(join(tmpdir(), 'packages-')))
    for (const [name, text] of Object.entries(files)) {
      const file = join(tree.root, name)
      await mkdir(dirname(file), { recursive: true })
      const isProgram = name.startsWith('usr/bin/')
      await writeFile(file, isProgram ? `#!/bin/sh\n${text}\n` : text)
      if (isProgram) await chmod(file, 0o755)
    }
    for (const [name, atMs] of Object.entries(ages))
      await utimes(join(tree.root, name), atMs / 1000, atMs / 1000)
    return tree
  }

  async sample(options: Record<string, unknown> = {}): Promise<SampledRun> {
    await using opened = await this.open(options)
    return await sampleOnce(pending, opened.session, { timeMs: NOW_MS })
  }

  async open(options: Record<string, unknown> = {}) {
    const { root } = this
    const programs = join(root, 'usr/bin')
    return patchSource.open(
      await makeSourceContext({ options: { root, programs, staleAfter: '30d', ...options } }),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true })
  }
}

const fieldsOf = ({ samples }: SampledRun) => samples[0]?.fields

function aptHost(ageDays = 2): Promise<PackageTree> {
  const atMs = NOW_MS - ageDays * DAY_MS
  return PackageTree.create(
    { 'usr/bin/apt-get': APT_GET, [RELEASE]: 'Origin: Debian\n' },
    { [RELEASE]: atMs, 'var/lib/apt/lists': atMs },
  )
}

describeProbe(pending, {
  async open() {
    const tree = await aptHost()
    const opened = await tree.open()
    return {
      session: opened.session,
      async [Symbol.asyncDispose]() {
        await opened[Symbol.asyncDispose]()
        await tree[Symbol.asyncDispose]()
      },
    }
  },
})

test('apt: pending and security updates by the lists that are there', async () => {
  await using tree = await aptHost()
  const run = await tree.sample()
  expect(run.samples[0]?.tags).toEqual({ source: 'apt' })
  expect(fieldsOf(run)).toMatchObject({
    pending_total: 2,
    pending_security: 1,
    list_age_days: 2,
    reboot_required: 0,
  })
  expect(run.documents[0]?.body).toEqual({
    updates: {
      columns: ['name', 'installed', 'available', 'security'],
      rows: [
        ['libssl3', '3.0.11-1', '3.0.15-1', true],
        ['tzdata', '2024a-0', '2025b-0', false],
      ],
    },
  })
})

test.each([
  { note: 'apt lists of 31 days', open: () => aptHost(31) },
  { note: 'no apt lists', open: () => PackageTree.create({ 'usr/bin/apt-get': APT_GET }) },
  {
    note: 'no dnf cache',
    open: () => PackageTree.create({ 'usr/bin/dnf': DNF, 'usr/bin/rpm': RPM }),
  },
])('$note: what is pending is not known, and never none', async ({ open }) => {
  await using tree = await open()
  const run = await tree.sample()
  expect(fieldsOf(run)).toMatchObject({ pending_total: undefined, pending_security: undefined })
  expect(run.remarks[0]?.zh).toContain('未知')
  expect(run.documents[0]?.body).toEqual({ updates: null })
})

test('dnf: updates, those that an advisory names are security updates, and the last installation', async () => {
  await using tree = await PackageTree.create(
    {
      'usr/bin/dnf': DNF,
      'usr/bin/rpm': RPM,
      'usr/bin/needs-restarting': 'exit 1',
      [REPOMD]: '<x/>',
    },
    { [REPOMD]: NOW_MS - DAY_MS },
  )
  const run = await tree.sample()
  expect(run.samples[0]?.tags).toEqual({ source: 'dnf' })
  expect(fieldsOf(run)).toMatchObject({
    pending_total: 2,
    pending_security: 1,
    last_patch_age_days: 20,
    reboot_required: 1,
  })
})

test('dnf without advisories: how many are security updates is not known', async () => {
  const silent = DNF.replace(/echo 'RHSA[^;]*/, ':')
  await using tree = await PackageTree.create(
    { 'usr/bin/yum': silent, 'usr/bin/rpm': RPM, 'var/cache/yum/x/base/repomd.xml': '<x/>' },
    { 'var/cache/yum/x/base/repomd.xml': NOW_MS },
  )
  const run = await tree.sample()
  expect(run.samples[0]?.tags).toEqual({ source: 'yum' })
  expect(fieldsOf(run)).toMatchObject({ pending_total: 2, pending_security: undefined })
})

test('a program that fails is an error that says what it said', async () => {
  await using tree = await PackageTree.create(
    { 'usr/bin/apt-get': "echo 'E: dpkg was interrupted' >&2; exit 100", [RELEASE]: '' },
    { [RELEASE]: NOW_MS, 'var/lib/apt/lists': NOW_MS },
  )
  await expect(tree.sample()).rejects.toMatchObject({
    code: 'UNREADABLE',
    message: expect.stringContaining('dpkg was interrupted'),
  })
})

test('a host without a package manager that is known has nothing to report', async () => {
  await using tree = await PackageTree.create({ 'etc/os-release': '' })
  await expect(tree.sample()).rejects.toThrow('no apt, dnf or yum')
})

describe('a list that was brought in', () => {
  const host = (list: string, ageDays = 1) =>
    PackageTree.create(
      { 'usr/bin/dnf': DNF, 'usr/bin/rpm': RPM, 'media/list': list },
      { 'media/list': NOW_MS - ageDays * DAY_MS },
    )

  test('is compared with what is installed', async () => {
    await using tree = await host(
      '# RHEL 9, 2026-11\nopenssl 1:3.2.2-6.el9 security\ntzdata 2025a-1.el9\nnot-installed 9-9\n',
    )
    const run = await tree.sample({ packageList: join(tree.root, 'media/list') })
    expect(run.samples[0]?.tags).toEqual({ source: 'list' })
    expect(fieldsOf(run)).toMatchObject({ pending_total: 1, pending_security: 1, list_age_days: 1 })
  })

  test('that is old says nothing', async () => {
    await using tree = await host('openssl 1:3.2.2-6.el9\n', 40)
    const run = await tree.sample({ packageList: join(tree.root, 'media/list') })
    expect(fieldsOf(run)).toMatchObject({ pending_total: undefined, list_age_days: 40 })
  })

  test.each(['openssl\n', 'openssl 1 2 3\n', 'openssl 1.0 bugfix\n'])(
    'with a line %j that is none is refused with its place',
    async (line) => {
      await using tree = await host(`tzdata 1\n${line}`)
      await expect(
        tree.sample({ packageList: join(tree.root, 'media/list') }),
      ).rejects.toMatchObject({ code: 'UNPARSABLE', message: expect.stringContaining('list:2') })
    },
  )

  test('that is not there is an error', async () => {
    await using tree = await host('')
    await expect(tree.sample({ packageList: '/nowhere' })).rejects.toMatchObject({
      code: 'UNREADABLE',
    })
  })
})

describe('the last update and the kernel', () => {
  test('dpkg wrote it down, also in a log that was rotated', async () => {
    await using tree = await aptHost()
    await mkdir(join(tree.root, 'var/log'))
    const line = (days: number) =>
      `${new Date(NOW_MS - days * DAY_MS).toISOString().slice(0, 10)} 02:00:00 upgrade libc6:amd64 1 2\n`
    await writeFile(join(tree.root, 'var/log/dpkg.log'), '2026-11-21 02:00:00 install x <none> 1\n')
    await writeFile(join(tree.root, 'var/log/dpkg.log.2.gz'), gzipSync(line(60) + line(50)))
    await writeFile(join(tree.root, 'var/log/dpkg.log.10.gz'), gzipSync(line(300)))
    expect(fieldsOf(await tree.sample())?.['last_patch_age_days']).toBe(50)
  })

  test.each([
    { kernels: [release()], newest: 1 },
    { kernels: [release(), `9${release()}`], newest: 0 },
    { kernels: ['1.0'], newest: undefined },
  ])('with $kernels in /boot: $newest', async ({ kernels, newest }) => {
    await using tree = await aptHost()
    await mkdir(join(tree.root, 'boot'))
    for (const kernel of kernels) await writeFile(join(tree.root, 'boot', `vmlinuz-${kernel}`), '')
    expect(fieldsOf(await tree.sample())?.['kernel_running_is_latest']).toBe(newest)
  })

  test('a restart that the system asks for', async () => {
    await using tree = await aptHost()
    await mkdir(join(tree.root, 'run'))
    await writeFile(join(tree.root, 'run/reboot-required'), '')
    expect(fieldsOf(await tree.sample())?.['reboot_required']).toBe(1)
  })
})

test('the real apt of this machine is understood', async ({ skip }) => {
  skip(!existsSync('/usr/bin/apt-get'), 'not on this machine: no apt')
  await using opened = await patchSource.open(
    await makeSourceContext({ options: { root: '/', programs: '/usr/bin', staleAfter: '36500d' } }),
  )
  const { samples, remarks } = await sampleOnce(pending, opened.session, { timeMs: Date.now() })
  const fields = samples[0]?.fields ?? {}
  if (fields['pending_total'] === undefined) expect(remarks).toHaveLength(1)
  else expect(fields['pending_security']).toBeLessThanOrEqual(fields['pending_total'])
}, 120_000)
