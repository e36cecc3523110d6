import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** The real programs that tests run against, by the Debian package that has them. */
const TEST_SERVERS = [
  { package: 'borgbackup', program: '/usr/bin/borg' },
  { package: 'chromium', program: '/usr/bin/chromium' },
  { package: 'chrony', program: '/usr/sbin/chronyd' },
  { package: 'influxdb', program: '/usr/bin/influxd' },
  { package: 'iputils-ping', program: '/usr/bin/ping' },
  { package: 'mariadb-backup', program: '/usr/bin/mariabackup' },
  { package: 'mariadb-server', program: '/usr/sbin/mariadbd' },
  { package: 'openjdk-17-jre-headless', program: '/usr/bin/keytool' },
  { package: 'openssl', program: '/usr/bin/openssl' },
  { package: 'pgbackrest', program: '/usr/bin/pgbackrest' },
  { package: 'postgresql-15', program: '/usr/lib/postgresql/15/bin/postgres' },
  { package: 'procps', program: '/usr/bin/vmstat' },
  { package: 'prometheus', program: '/usr/bin/promtool' },
  { package: 'prometheus-alertmanager', program: '/usr/bin/prometheus-alertmanager' },
  { package: 'restic', program: '/usr/bin/restic' },
  { package: 'smartmontools', program: '/usr/sbin/smartctl' },
  { package: 'snmp', program: '/usr/bin/snmptrap' },
  { package: 'snmpd', program: '/usr/sbin/snmpd' },
  { package: 'strace', program: '/usr/bin/strace' },
  { package: 'systemd', program: '/usr/bin/systemd-analyze' },
  {
    package: 'systemd-journal-remote',
    program: '/usr/lib/systemd/systemd-journal-remote',
  },
  { package: 'tomcat10', program: '/usr/share/tomcat10/bin/catalina.sh' },
  { package: 'tomcat10-admin', program: '/usr/share/tomcat10-admin/manager' },
  { package: 'victoria-metrics', program: '/usr/bin/victoria-metrics' },
] as const

/** Installs what is missing with apt-get. False, and the reason on the terminal, where that fails. */
export function installTestServers(): boolean {
  const missing = TEST_SERVERS.filter(({ program }) => !existsSync(program)).map(
    (server) => server.package,
  )
  if (missing.length === 0) return true
  const startedAt = performance.now()
  const ok = apt(['update']) && apt(['install', '-y', '--no-install-recommends', ...missing])
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`${ok ? 'ok  ' : 'FAIL'} installed ${missing.join(', ')} (${seconds} s)`)
  return ok
}

function apt(args: readonly string[]): boolean {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  const result = spawnSync('apt-get', ['-q', ...args], { encoding: 'utf8', env: environment })
  if (result.status !== 0)
    console.log(
      `apt-get ${args.join(' ')} failed:\n${result.stdout ?? ''}\n${result.stderr ?? String(result.error)}`,
    )
  return result.status === 0
}
