import { RE2JS } from 're2js'
import { describe, expect, test } from 'vitest'
import { RULE_PACKS, type PackName } from './rule-pack.ts'

/** Lines in the shape of the product, and the rules that find them; none for what must be left alone. */
type Case = readonly [line: string, ...rules: string[]]

const LINUX: readonly Case[] = [
  [
    'Nov 22 10:00:01 db1 kernel: blk_update_request: I/O error, dev sdb, sector 123456 op 0x0:(READ)',
    'I/O error',
  ],
  ['[123.4] print_req_error: critical medium error, dev sdc, sector 77', 'I/O error'],
  ['kernel: I/O error, dev sr0, sector 0 op 0x0:(READ) flags 0x80700 phys_seg 1'],
  ['kernel: blk_update_request: I/O error, dev fd0, sector 0'],
  [
    'kernel: Buffer I/O error on dev dm-3, logical block 0, lost async page write',
    'Buffer I/O error',
  ],
  ['kernel: Buffer I/O error on device sdd1, logical block 9', 'Buffer I/O error'],
  ['kernel: Buffer I/O error on dev sr0, logical block 0'],
  [
    'kernel: sd 2:0:0:1: [sdb] tag#3 Sense Key : Medium Error [current]',
    'SCSI medium or hardware error',
  ],
  [
    'kernel: sd 2:0:0:1: [sdb] Sense Key : Hardware Error [current]',
    'SCSI medium or hardware error',
  ],
  ['kernel: sd 2:0:0:1: [sdb] Sense Key : Unit Attention [current]'],
  ['kernel: sd 2:0:0:1: rejecting I/O to offline device', 'SCSI device offline'],
  ['kernel: sd 2:0:0:1: [sdb] Attached SCSI disk'],
  ['kernel: sd 0:2:1:0: attempting task abort!scmd(0x1)', 'SCSI command aborted'],
  ['kernel: mpt3sas_cm0: task abort: SUCCESS scmd(0x2)', 'SCSI command aborted'],
  ['kernel: sd 0:2:1:0: task set'],
  ['kernel: ata3.00: exception Emask 0x0 SAct 0x1 SErr 0x0 action 0x6 frozen', 'ATA error'],
  ['kernel: ata3.00: failed command: READ FPDMA QUEUED', 'ATA error'],
  ['kernel: ata3: SATA link up 6.0 Gbps (SStatus 133 SControl 300)'],
  ['kernel: nvme nvme0: I/O 23 QID 4 timeout, aborting', 'NVMe error'],
  ['kernel: nvme nvme0: controller is down; will reset: CSTS=0x3, PCI_STATUS=0x10', 'NVMe error'],
  ['kernel: nvme nvme0: 8/0/0 default/read/poll queues'],
  [
    'smartd[812]: Device: /dev/sda [SAT], 8 Currently unreadable (pending) sectors',
    'smartd found a failing disk',
  ],
  [
    'smartd[812]: Device: /dev/sda [SAT], SMART Usage Attribute: 194 Temperature_Celsius changed from 66 to 65',
  ],
  ['kernel: md/raid1:md0: Disk failure on sdb1, disabling device.', 'RAID member failed'],
  ['kernel: md: data-check of RAID array md0'],
  ['kernel: device-mapper: multipath: 253:3: Failing path 8:32.', 'Multipath path failed'],
  ['multipathd[77]: checker failed path 8:32 in map mpatha', 'Multipath path failed'],
  ['multipathd[77]: mpatha: sdc - tur checker reports path is up'],
  ['multipathd[77]: mpatha: remaining active paths: 0', 'Multipath has no path left'],
  ['multipathd[77]: mpatha: remaining active paths: 01'],
  ['multipathd[77]: mpatha: remaining active paths: 3'],
  ['kernel: qla2xxx [0000:05:00.0]-500b:1: LOOP DOWN detected (2 7 0 0).', 'FC link down'],
  ['kernel: lpfc 0000:05:00.0: 0:1305 Link Down Event x2 received', 'FC link down'],
  ['kernel: rport-1:0-3: blocked FC remote port time out: removing target', 'FC link down'],
  ['kernel: qla2xxx [0000:05:00.0]-500a:1: LOOP UP detected (8 Gbps).'],
  [
    'kernel: EXT4-fs error (device dm-2): ext4_find_entry:1455: inode #2: comm ls: reading directory',
    'ext4 error',
  ],
  ['kernel: Aborting journal on device dm-2-8.', 'ext4 error'],
  ['kernel: EXT4-fs (dm-2): mounted filesystem with ordered data mode. Opts: (null)'],
  ['kernel: XFS (dm-5): metadata I/O error in "xfs_trans_read_buf_map" at daddr 0x8', 'XFS error'],
  ['kernel: XFS (dm-5): Filesystem has been shut down due to log error (0x2).', 'XFS error'],
  ['kernel: XFS (dm-5): Mounting V5 Filesystem'],
  ['kernel: BTRFS error (device sdb1): bdev /dev/sdb1 errs: wr 1', 'Btrfs error'],
  ['kernel: BTRFS info (device sdb1): disk space caching is enabled'],
  ['kernel: EXT4-fs (dm-2): Remounting filesystem read-only', 'Remounted read-only'],
  ['kernel: EXT4-fs (dm-2): re-mounted. Opts: errors=remount-ro'],
  ['rsyslogd: file write error: No space left on device', 'No space left'],
  ['app: 写入失败：设备上没有空间', 'No space left'],
  ['app: space left: 12 %'],
  [
    'kernel: device-mapper: thin: 253:4: switching pool to out-of-data-space mode',
    'Thin pool full',
  ],
  ['kernel: device-mapper: thin: 253:4: switching pool to write mode'],
  ['kernel: nfs: server nas1 not responding, still trying', 'NFS server not responding'],
  ['kernel: nfs: server nas1 OK'],
  [
    'kernel: CIFS VFS: Server fs1 has not responded in 120 seconds. Reconnecting...',
    'CIFS server not responding',
  ],
  ['kernel: CIFS: Attempting to mount //fs1/share'],
  ['kernel: Out of memory: Killed process 4711 (java) total-vm:9999kB, anon-rss:9kB', 'OOM kill'],
  [
    'kernel: Memory cgroup out of memory: Kill process 99 (mysqld) score 900 or sacrifice child',
    'OOM kill',
  ],
  ['kernel: java invoked oom-killer: gfp_mask=0x201da, order=0, oom_score_adj=0'],
  ['kernel: mce: [Hardware Error]: Machine check events logged', 'Machine check'],
  ['kernel: EDAC MC0: 1 UE memory read error on CPU_SrcID#0', 'Machine check'],
  ['kernel: mce: CPU supports 20 MCE banks'],
  [
    'kernel: EDAC MC0: 1 CE memory read error on CPU_SrcID#0_Ha#0_Chan#1_DIMM#0',
    'Memory corrected errors',
  ],
  ['kernel: EDAC MC0: Giving out device to module sb_edac.c'],
  [
    'kernel: pcieport 0000:00:1c.0: PCIe Bus Error: severity=Uncorrected (Fatal), type=Transaction Layer',
    'PCIe error',
  ],
  ['kernel: pcieport 0000:00:1c.0: PCIe Bus Error: severity=Corrected, type=Physical Layer'],
  ['kernel: pcieport 0000:00:1c.0: AER: Uncorrected (Non-Fatal) error received: 0000:05:00.0'],
  ['kernel: INFO: task jbd2/dm-2-8:512 blocked for more than 120 seconds.', 'Hung task'],
  ['kernel: INFO: lockdep is turned off.'],
  ['kernel: watchdog: BUG: soft lockup - CPU#3 stuck for 23s! [java:999]', 'CPU lockup'],
  ['kernel: rcu: INFO: rcu_sched self-detected stall on CPU', 'CPU lockup'],
  ['kernel: NMI watchdog: Enabled. Permanently consumes one hw-PMU counter.'],
  [
    'kernel: BUG: unable to handle kernel NULL pointer dereference at 0000000000000010',
    'Kernel bug',
  ],
  ['kernel: Oops: 0002 [#1] SMP', 'Kernel bug'],
  ['kernel: kernel BUGs are not reported here'],
  [
    'kernel: httpd[1234]: segfault at 0 ip 00007f sp 00007f error 4 in libc.so',
    'Segmentation faults',
  ],
  ['app: what a segfault is'],
  [
    'kernel: CPU3: Package temperature above threshold, cpu clock throttled (total events = 1)',
    'Temperature too high',
  ],
  ['kernel: CPU3: Package temperature/speed normal'],
  ['kernel: ixgbe 0000:05:00.0 eth2: NIC Link is Down', 'Network link down'],
  [
    'kernel: bond0: link status definitely down for interface eth2, disabling it',
    'Network link down',
  ],
  ['kernel: ixgbe 0000:05:00.0 eth2: NIC Link is Up 10 Gbps, Flow Control: RX/TX'],
  ['kernel: NETDEV WATCHDOG: eth0 (tg3): transmit queue 0 timed out', 'Network card hangs'],
  ['kernel: tg3 0000:02:00.0 eth0: Flow control is on for TX'],
  ['kernel: nf_conntrack: nf_conntrack: table full, dropping packet', 'Connection table full'],
  ['kernel: nf_conntrack version 0.5.0 (65536 buckets, 262144 max)'],
  ['kernel: TCP: request_sock_TCP: Possible SYN'],
  [
    'kernel: TCP: request_sock_TCP: possible SYN flooding on port 8080. Sending cookies.',
    'Network limits reached',
  ],
  ['kernel: neighbour: arp_cache: neighbor table overflow!', 'Network limits reached'],
  ["systemd[1]: nginx.service: Failed with result 'exit-code'.", 'Service failed'],
  ['systemd[1]: Started nginx.service - a web server.'],
  ['nginx: accept4() failed (24: Too many open files)', 'Too many open files'],
  ['app: open files 12'],
  ['sshd[1]: Failed password for invalid user admin from 10.9.8.7 port 22 ssh2', 'Logins refused'],
  ['sshd[1]: Failed password for root from 2001:db8::7 port 22 ssh2', 'Logins refused'],
  ['sshd[1]: Accepted password for root from 10.9.8.7 port 22 ssh2'],
  [
    'sshd[1]: pam_faillock(sshd:auth): Consecutive login failures for user ops account temporarily locked',
    'Account locked',
  ],
  ['sshd[1]: pam_unix(sshd:session): session opened for user ops by (uid=0)'],
]

const POSTGRESQL: readonly Case[] = [
  ['2026-11-22 10:00:00 CST [9] PANIC:  could not locate a valid checkpoint record', 'PANIC'],
  ['2026-11-22 10:00:00 CST [9] LOG:  no panic'],
  [
    '2026-11-22 10:00:00 CST [9] his@his FATAL:  sorry, too many clients already',
    'Too many connections',
  ],
  [
    '2026-11-22 10:00:00 CST [9] FATAL:  remaining connection slots are reserved for non-replication superuser connections',
    'Too many connections',
  ],
  ['2026-11-22 10:00:00 CST [9] LOG:  connection received: host=10.1.1.1 port=5000'],
  [
    '2026-11-22 10:00:00 CST [9] ERROR:  could not extend file "base/1/2": No space left on device',
    'No space left',
  ],
  ['2026-11-22 10:00:00 CST [9] ERROR:  division by zero'],
  [
    '2026-11-22 10:00:00 CST [9] ERROR:  invalid page in block 7 of relation base/16384/16390',
    'Corrupt data',
  ],
  [
    '2026-11-22 10:00:00 CST [9] WARNING:  page verification failed, calculated checksum 1 but expected 2',
    'Corrupt data',
  ],
  ['2026-11-22 10:00:00 CST [9] ERROR:  invalid input syntax for type integer: "x"'],
  [
    '2026-11-22 10:00:00 CST [9] ERROR:  could not open file "base/1/3": Permission denied',
    'File error',
  ],
  ['2026-11-22 10:00:00 CST [9] ERROR:  could not obtain lock on row in relation "visit"'],
  [
    '2026-11-22 10:00:00 CST [9] LOG:  server process (PID 4711) was terminated by signal 9: Killed',
    'Server process killed',
  ],
  ['2026-11-22 10:00:00 CST [9] LOG:  server process (PID 4711) exited with exit code 1'],
  [
    '2026-11-22 10:00:00 CST [9] LOG:  database system was not properly shut down; automatic recovery in progress',
    'Recovery after a crash',
  ],
  ['2026-11-22 10:00:00 CST [9] LOG:  database system was shut down at 2026-11-22 09:59:00 CST'],
  ['2026-11-22 10:00:00 CST [9] ERROR:  out of shared memory', 'Out of memory'],
  ['2026-11-22 10:00:00 CST [9] HINT:  out of ideas'],
  [
    '2026-11-22 10:00:00 CST [9] WARNING:  database "his" must be vacuumed within 9999999 transactions',
    'Transaction wraparound',
  ],
  [
    '2026-11-22 10:00:00 CST [9] LOG:  automatic vacuum of table "his.public.visit": index scans: 1',
  ],
  ['2026-11-22 10:00:00 CST [9] LOG:  archive command failed with exit code 1', 'Archiving failed'],
  ['2026-11-22 10:00:00 CST [9] LOG:  archive recovery complete'],
  [
    '2026-11-22 10:00:00 CST [9] FATAL:  could not receive data from WAL stream: server closed the connection unexpectedly',
    'Replication broken',
  ],
  [
    '2026-11-22 10:00:00 CST [9] ERROR:  requested WAL segment 00000001000000000000000A has already been removed',
    'Replication broken',
  ],
  [
    '2026-11-22 10:00:00 CST [9] LOG:  started streaming WAL from primary at 0/5000000 on timeline 1',
  ],
  ['2026-11-22 10:00:00 CST [9] ERROR:  deadlock detected', 'Deadlock'],
  ['2026-11-22 10:00:00 CST [9] LOG:  no deadlocks'],
  [
    '2026-11-22 10:00:00 CST [9] ERROR:  temporary file size exceeds temp_file_limit (1024kB)',
    'Temporary files too large',
  ],
  ['2026-11-22 10:00:00 CST [9] LOG:  temporary file: path "base/pgsql_tmp/x", size 1024'],
  [
    '2026-11-22 10:00:00 CST [9] his@his FATAL:  password authentication failed for user "his"',
    'Logins refused',
  ],
  [
    '2026-11-22 10:00:00 CST [9] FATAL:  no pg_hba.conf entry for host "10.1.1.1", user "x"',
    'Logins refused',
  ],
  ['2026-11-22 10:00:00 CST [9] LOG:  connection authorized: user=his database=his'],
  ['2026-11-22 10:00:00 CST [9] FATAL:  data directory "/x" has invalid permissions', 'FATAL'],
  ['2026-11-22 10:00:00 CST [9] 致命错误:  数据库 "x" 不存在', 'FATAL'],
  ['2026-11-22 10:00:00 CST [9] FATAL:  the database system is starting up'],
  ['2026-11-22 10:00:00 CST [9] FATAL:  terminating connection due to administrator command'],
  [
    '2026-11-22 10:00:00 CST [9] LOG:  checkpoints are occurring too frequently (9 seconds apart)',
    'Checkpoints too frequent',
  ],
  ['2026-11-22 10:00:00 CST [9] LOG:  checkpoint complete: wrote 9 buffers (0.1%)'],
]

const MYSQL: readonly Case[] = [
  ['2026-11-22T02:00:00Z UTC - mysqld got signal 11 ;', 'Server crashed'],
  ['261122 10:00:00 [ERROR] mariadbd got signal 6 ;', 'Server crashed'],
  ['2026-11-22T02:00:00Z 0 [Note] signal handling is set up'],
  [
    '2026-11-22 10:00:00 0 [ERROR] InnoDB: Database page corruption on disk or a failed file read of tablespace his/visit',
    'Corrupt data',
    'Error',
  ],
  [
    "2026-11-22 10:00:00 9 [ERROR] mysqld: Table './his/log' is marked as crashed and should be repaired",
    'Corrupt data',
    'Error',
  ],
  ['2026-11-22 10:00:00 0 [Note] InnoDB: page is not corrupt'],
  [
    "2026-11-22 10:00:00 9 [ERROR] mysqld: The table '/tmp/#sql_1' is full",
    'No space left',
    'Error',
  ],
  [
    '2026-11-22 10:00:00 9 [Warning] Error writing file (Errcode: 28 "No space left on device")',
    'No space left',
  ],
  ['2026-11-22 10:00:00 9 [Note] Errcode: 281'],
  [
    '2026-11-22 10:00:00 0 [ERROR] InnoDB: Operating system error number 13 in a file operation.',
    'File error',
    'Error',
  ],
  ['2026-11-22 10:00:00 0 [Note] InnoDB: File system is ext4'],
  [
    '2026-11-22T02:00:00.1Z 0 [Warning] [MY-010000] [Server] Too many connections',
    'Too many connections',
  ],
  ['2026-11-22T02:00:00.1Z 0 [Note] connections: 12'],
  [
    "2026-11-22 10:00:00 0 [Warning] Can't create thread to handle new connection (errno= 11)",
    'Out of memory',
  ],
  ['2026-11-22 10:00:00 0 [Note] InnoDB: Completed initialization of buffer pool'],
  [
    "2026-11-22 10:00:00 9 [Warning] Can't open file: './his/x.frm' (errno: 24 \"Too many open files\")",
    'Too many open files',
  ],
  ['2026-11-22 10:00:00 0 [Warning] Changed limits: max_open_files: 1024'],
  ['InnoDB: Warning: a long semaphore wait:', 'InnoDB waits too long'],
  ['InnoDB: semaphores are fine'],
  [
    '2026-11-22 10:00:00 0 [Note] InnoDB: Starting crash recovery from checkpoint LSN=1',
    'Recovery after a crash',
  ],
  ['2026-11-22 10:00:00 0 [Note] InnoDB: Starting shutdown...'],
  [
    '2026-11-22 10:00:00 5 [ERROR] Slave SQL: Error executing row event, Error_code: 1062',
    'Replication broken',
    'Error',
  ],
  [
    '2026-11-22 10:00:00 5 [ERROR] Slave I/O: Got fatal error 1236 from master when reading data from binary log, Internal MariaDB error code: 1236',
    'Replication broken',
    'Error',
  ],
  ['2026-11-22 10:00:00 5 [Note] Slave I/O thread: connected to master'],
  [
    "2026-11-22 10:00:00 7 [Warning] Access denied for user 'x'@'10.1.1.1' (using password: YES)",
    'Logins refused',
  ],
  ['2026-11-22 10:00:00 7 [Note] Access allowed'],
  [
    "2026-11-22 10:00:00 7 [Warning] Aborted connection 7 to db: 'his' user: 'his' host: '10.1.1.1'",
    'Connections aborted',
  ],
  ['2026-11-22 10:00:00 7 [Note] connection 7 to db'],
  [
    '2026-11-22 10:00:00 7 [Note] InnoDB: Transactions deadlock detected, dumping detailed information.',
    'Deadlock',
  ],
  ['2026-11-22 10:00:00 7 [Note] lock wait'],
  ['2026-11-22T02:00:00.1Z 0 [ERROR] [MY-010119] [Server] Aborting', 'Error'],
  ['2026-11-22T02:00:00.1Z 0 [Warning] [MY-010068] [Server] CA certificate ca.pem is self signed.'],
]

const ORACLE: readonly Case[] = [
  ['ORA-00060: Deadlock detected. More info in file /u01/x.trc.', 'ORA-00060'],
  ['ORA-00257: archiver error. Connect internal only, until freed.', 'ORA-00257'],
  ['ORA-00600: internal error code, arguments: [kdsgrp1], [], []', 'ORA-00600'],
  ['ORA-600 signalled', 'ORA-00600'],
  ['ORA-01555 caused by SQL statement below (SQL ID: abc, Query Duration=9 sec)', 'ORA-01555'],
  ['ORA-01578: ORACLE data block corrupted (file # 4, block # 99)', 'ORA-01578'],
  ['ORA-1653: unable to extend table HIS.VISIT by 128 in tablespace HIS', 'ORA-01653'],
  ['ORA-04031: unable to allocate 32 bytes of shared memory', 'ORA-04031'],
  ['ORA-07445: exception encountered: core dump [kghalf()+1]', 'ORA-07445'],
  ['ORA-19809: limit exceeded for recovery files', 'ORA-19809'],
  ['ORA-16535: x', 'other ORA- error'],
  ['ORA-006001'],
  ['Thread 1 advanced to log sequence 600'],
  ['Instance terminated by PMON, pid = 4711', 'Instance terminated'],
  ['Completed: ALTER DATABASE OPEN'],
  ['ARC1: Error 19504 Creating archive log file to +FRA', 'Archiver stuck'],
  ['ARC1: Archival started'],
  ['Corrupt block relative dba: 0x01000063 (file 4, block 99)', 'Corrupt block'],
  ['Block change tracking service started'],
  ['Thread 1 cannot allocate new log, sequence 99', 'Log switch waits'],
  ['Checkpoint not complete', 'Log switch waits'],
  ['Completed checkpoint up to RBA [0x1.2.10]'],
]

const TOMCAT: readonly Case[] = [
  ['22-Nov-2026 10:11:12.123 SEVERE [main] org.apache.X failed', 'SEVERE'],
  ['22-Nov-2026 10:11:12.123 INFO [main] org.apache.X fine'],
  [
    '22-Nov-2026 10:11:12.123 INFO [main] java.lang.OutOfMemoryError: Java heap space',
    'OutOfMemoryError',
  ],
  ['22-Nov-2026 10:11:12.123 INFO [main] memory is fine'],
  ['java.lang.IllegalStateException: x\n\tat a.B.c(B.java:1)', 'Exception'],
  ['22-Nov-2026 10:11:12.123 INFO [main] an Exception is mentioned'],
  [
    '22-Nov-2026 10:11:12.123 WARNING [a] java.io.IOException: Too many open files',
    'Too many open files',
  ],
  ['22-Nov-2026 10:11:12.123 INFO [a] open files'],
  [
    '22-Nov-2026 10:11:12.123 WARNING [a] StuckThreadDetectionValve.notifyStuckThreadDetected Thread [x]',
    'STUCK',
  ],
  ['22-Nov-2026 10:11:12.123 INFO [a] moving on'],
]

const CASES = {
  linux: LINUX,
  postgresql: POSTGRESQL,
  mysql: MYSQL,
  oracle: ORACLE,
  tomcat: TOMCAT,
} as const

describe.each(Object.entries(CASES))('the pack %s', (name, cases) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- keys of the object above
  const pack = RULE_PACKS[name as PackName]
  const rules = pack.compile(RE2JS)

  test.each(cases.map(([line, ...expected]) => ({ line, expected })))(
    'finds $expected in $line',
    ({ line, expected }) => {
      const record = { offset: 0, lines: line.split('\n') }
      const found = rules.filter((rule) => rule.matches(record)).map((rule) => rule.name)
      expect(found.toSorted()).toEqual(expected.toSorted())
    },
  )

  test('has a line for each rule, and names of its own for each', () => {
    const named = new Set(cases.flatMap(([, ...expected]) => expected))
    expect([...named].toSorted()).toEqual(pack.names.toSorted())
    expect(new Set(pack.names).size).toBe(pack.names.length)
  })

  test('has fixed texts in each rule to search for', () => {
    if (name === 'tomcat') return // its rules look at whole records
    expect(rules.filter(({ literals }) => literals === undefined).map((rule) => rule.name)).toEqual(
      [],
    )
  })

  test('counts values of groups that are there', () => {
    for (const rule of rules)
      for (const group of rule.counted ?? []) {
        const lines = cases
          .filter(([, ...expected]) => expected.includes(rule.name))
          .map(([line]) => line)
        const record = { offset: 0, lines: lines.slice(0, 1) }
        expect(Object.keys(rule.groupsOf?.(record) ?? {})).toContain(group)
      }
  })
})
