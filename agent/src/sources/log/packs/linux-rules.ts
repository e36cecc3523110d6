import type { RuleText } from '../compile-rule.ts'

/** What the kernel, systemd, sshd, smartd and multipathd of a Linux host write when something is broken. */
export const LINUX_RULES: readonly RuleText[] = [
  // Storage
  {
    name: 'I/O error',
    match:
      '(?:I/O error|critical (?:medium|target|nexus|space allocation) error), dev (?<device>[\\w!-]+)',
    except: ' dev (?:fd|sr|loop)\\d',
    severity: 'critical',
    counted: ['device'],
  },
  {
    name: 'Buffer I/O error',
    match: 'Buffer I/O error on dev(?:ice)? (?<device>[\\w!-]+)',
    except: ' (?:fd|sr|loop)\\d',
    severity: 'critical',
  },
  {
    name: 'SCSI medium or hardware error',
    match: 'Sense Key : (?<sense>Medium Error|Hardware Error)',
    severity: 'critical',
  },
  {
    name: 'SCSI device offline',
    match: 'rejecting I/O to offline device|Device offlined - not ready after error recovery',
    severity: 'critical',
  },
  {
    name: 'SCSI command aborted',
    match: 'attempting task abort|: (?:task abort|device reset|target reset|host reset): ',
    severity: 'warning',
  },
  {
    name: 'ATA error',
    match:
      '(?<port>ata\\d+)(?:\\.\\d+)?: (?:exception Emask|failed command: |hard resetting link|disabled)',
    severity: 'warning',
  },
  {
    name: 'NVMe error',
    match:
      'nvme (?<device>nvme\\d+): (?:I/O .*timeout|controller is down|Device not ready|Removing after probe failure)',
    severity: 'critical',
  },
  {
    name: 'smartd found a failing disk',
    match:
      'Device: (?<device>/dev/\\S+).*(?:FAILED SMART self-check|Currently unreadable|Offline uncorrectable|SMART Failure)',
    severity: 'critical',
  },
  {
    name: 'RAID member failed',
    match: 'md/raid\\d*:\\S+: Disk failure on (?<device>\\w+)|md: kicking non-fresh',
    severity: 'critical',
  },
  {
    name: 'Multipath path failed',
    match:
      'multipath: \\S+: Failing path|checker failed path (?<path>\\S+)|checker reports path is down',
    severity: 'warning',
  },
  {
    name: 'Multipath has no path left',
    match: '(?<map>\\S+): remaining active paths: 0(?:\\D|$)',
    severity: 'critical',
  },
  {
    name: 'FC link down',
    match:
      '(?:qla2xxx|lpfc|bnx2fc|bfa).*(?:LOOP DOWN|L(?:ink|INK) (?:d|D)(?:own|OWN))|blocked FC remote port time out',
    severity: 'warning',
  },
  // File systems
  {
    name: 'ext4 error',
    match: 'EXT[234]-fs error|Aborting journal on device|Detected aborted journal',
    severity: 'critical',
  },
  {
    name: 'XFS error',
    match:
      'XFS \\((?<device>[^)]{1,64})\\): .*(?:[Cc]orruption|metadata I/O error|log I/O error|Shutting down filesystem|Filesystem has been shut down|Internal error|xfs_do_force_shutdown)',
    severity: 'critical',
  },
  { name: 'Btrfs error', match: 'BTRFS (?:error|critical)', severity: 'critical' },
  {
    name: 'Remounted read-only',
    match: '[Rr]emounting filesystem read-only|forced readonly',
    severity: 'critical',
  },
  { name: 'No space left', match: 'No space left on device|设备上没有空间', severity: 'warning' },
  {
    name: 'Thin pool full',
    match:
      'switching pool to (?:out-of-data-space|read-only|out-of-metadata-space)|thin.*no free (?:data|metadata) space',
    severity: 'critical',
  },
  {
    name: 'NFS server not responding',
    match: 'nfs: server (?<server>\\S+) not responding',
    severity: 'warning',
    counted: ['server'],
  },
  {
    name: 'CIFS server not responding',
    match: 'CIFS.*(?:has not responded|Server .* not responding)',
    severity: 'warning',
  },
  // Memory, processors, kernel
  {
    name: 'OOM kill',
    match:
      '(?:Out of memory|[Mm]emory cgroup out of memory): Kill(?:ed)? process \\d+ \\((?<process>[^)]{1,64})\\)',
    severity: 'critical',
    counted: ['process'],
  },
  {
    name: 'Machine check',
    match: 'mce: \\[Hardware Error\\]|Machine check events logged|EDAC .* UE ',
    severity: 'critical',
  },
  { name: 'Memory corrected errors', match: 'EDAC .* CE ', severity: 'warning', atLeast: 10 },
  {
    name: 'PCIe error',
    match: '(?:AER|pcieport).*(?:Uncorrected|Uncorrectable|Fatal)',
    except: 'Non-Fatal',
    severity: 'critical',
  },
  {
    name: 'Hung task',
    match: 'INFO: task (?<task>\\S+) blocked for more than \\d+ seconds',
    severity: 'critical',
  },
  {
    name: 'CPU lockup',
    match: 'soft lockup - CPU|hard LOCKUP|rcu.*detected stalls?',
    severity: 'critical',
  },
  {
    name: 'Kernel bug',
    match: 'kernel BUG at|BUG: unable to handle|Kernel panic|general protection fault|\\bOops: ',
    severity: 'critical',
  },
  {
    name: 'Segmentation faults',
    match: '(?<process>[\\w.-]{1,64})\\[\\d+\\]: segfault at ',
    severity: 'warning',
    atLeast: 5,
    counted: ['process'],
  },
  {
    name: 'Temperature too high',
    match: 'temperature above threshold|Temperature above threshold',
    severity: 'warning',
  },
  // Network
  {
    name: 'Network link down',
    match: 'Link is Down|link status definitely down for (?:active )?interface (?<interface>\\S+)',
    severity: 'warning',
  },
  {
    name: 'Network card hangs',
    match: 'NETDEV WATCHDOG: (?<interface>\\S+) .*timed out|Detected Tx Unit Hang',
    severity: 'warning',
  },
  { name: 'Connection table full', match: 'nf_conntrack: .*table full', severity: 'critical' },
  {
    name: 'Network limits reached',
    match: '[Nn]eighbou?r table overflow|TCP: out of memory|possible SYN flooding on port',
    severity: 'warning',
  },
  // Programs and people
  {
    name: 'Service failed',
    match: "systemd\\[1\\]: (?<unit>\\S+): Failed with result '",
    severity: 'warning',
    counted: ['unit'],
  },
  {
    name: 'Too many open files',
    match: 'Too many open files|VFS: file-max limit',
    severity: 'warning',
  },
  {
    name: 'Logins refused',
    match:
      'Failed (?:password|keyboard-interactive/pam) for (?:invalid user )?\\S{0,64} from (?<address>[0-9A-Fa-f.:]+)|FAILED LOGIN|FAILED SU',
    severity: 'warning',
    atLeast: 10,
    counted: ['address'],
  },
  {
    name: 'Account locked',
    match:
      'pam_(?:tally2?|faillock).*(?:Consecutive login failures|temporarily locked|tally \\d+, deny)',
    severity: 'warning',
  },
]
