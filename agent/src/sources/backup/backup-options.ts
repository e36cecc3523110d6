import type { Options } from '../../option.ts'
import { LOCAL_TIMES_PATTERN } from './local-times.ts'

const ABSOLUTE = '^([/]|[A-Za-z]:[/\\\\])'

/** What a source of type `backup` takes in agent.yaml. */
export const BACKUP_OPTIONS = {
  job: {
    type: 'string',
    pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
    expected: {
      zh: '字母、数字、点、下划线、连字符，如 hcdb1-full',
      en: 'letters, digits, dots, underscores and hyphens, such as hcdb1-full',
    },
    help: {
      zh: '作业名称；脚本用 backup run/report --job 报告时也用它',
      en: 'Name of the job, which scripts also give to backup run/report --job',
    },
  },
  tool: {
    type: 'string',
    enum: ['pgbackrest', 'file', 'expdp', 'restic', 'borg', 'report'],
    help: {
      zh: '以什么为证据：pgbackrest 的 info、备份文件（pg_dump、mysqldump、xtrabackup 等）、expdp 的日志和转储文件、restic 或 borg 的列表、脚本的报告',
      en: 'What shows that it was done: pgbackrest’s info, backup files (pg_dump, mysqldump, xtrabackup …), expdp’s log and dump files, the list of restic or borg, reports of a script',
    },
  },
  database: {
    type: 'string',
    default: '',
    help: {
      zh: '所备份的数据库；日志归档等作业留空',
      en: 'The database; none for jobs such as the archiving of logs',
    },
  },
  kind: {
    type: 'string',
    pattern: '^[a-z0-9][a-z0-9_-]{0,31}$',
    expected: {
      zh: '小写单词，如 full、incr、log',
      en: 'a word in lower case, such as full, incr, log',
    },
    default: 'full',
    help: {
      zh: '备份种类；pgbackrest 只计该种类及更完整的备份（full、diff、incr）',
      en: 'Kind of backup; of pgbackrest, backups of this kind or more count (full, diff, incr)',
    },
  },
  copy: {
    type: 'integer',
    minimum: 1,
    maximum: 9,
    help: {
      zh: '第几份：1 本地，2 异地或离线；不填为 1，pgbackrest 为仓库编号',
      en: 'Which copy: 1 the local one, 2 the other; 1 where it is not given, of pgbackrest the repository’s key',
    },
  },
  schedule: {
    type: 'duration',
    help: {
      zh: '周期，如 1d、7d、1h；schedule 与 at 填一个',
      en: 'Period, such as 1d, 7d, 1h; either this or at',
    },
  },
  at: {
    type: 'string',
    pattern: LOCAL_TIMES_PATTERN,
    expected: {
      zh: '时:分，可加星期，如 02:00、sat 03:30、mon,thu 22:00',
      en: 'HH:MM, with days of the week before it where it is not each day: 02:00, sat 03:30, mon,thu 22:00',
    },
    help: {
      zh: '开始时间（timezone 时区），如 02:00 或 sat 03:30；超过该时间加 grace 还没有成功就告警',
      en: 'When it begins, in the zone of timezone, such as 02:00 or sat 03:30; by grace after it there must be a success',
    },
  },
  timezone: {
    type: 'string',
    minLength: 1,
    help: {
      zh: 'at 的时区，如 Asia/Shanghai；不填为采集代理的时区',
      en: 'Time zone of at, such as Asia/Shanghai; the agent’s own where it is not given',
    },
  },
  grace: {
    type: 'duration',
    default: '2h',
    help: {
      zh: '宽限：应含备份本身的耗时',
      en: 'How much later than due it may be done: how long it takes, and some more',
    },
  },
  files: {
    type: 'array',
    maxItems: 20,
    items: {
      type: 'string',
      pattern: ABSOLUTE,
      expected: { zh: '完整路径，可含 * ? [ ]', en: 'a whole path, which may have * ? [ ] in it' },
    },
    help: {
      zh: 'file：备份文件的完整路径，可用 * ? [ ]（不跨目录），以修改时间最新者为准；expdp：转储文件',
      en: 'file: whole paths of the backups with * ? [ ] (none past a /), of which the newest counts; expdp: the dump files',
    },
  },
  minBytes: {
    type: 'integer',
    minimum: 0,
    default: 1,
    help: { zh: '小于此字节数即为失败', en: 'With fewer bytes it is a failure' },
  },
  trailer: {
    type: 'string',
    minLength: 1,
    help: {
      zh: 'file：完整的备份末尾（4 KB 内）必有的文字，如 PostgreSQL database dump complete；gzip 时查看解压后的内容',
      en: 'file: what stands within the last 4 KB of a whole backup, such as "PostgreSQL database dump complete"; of a gzip, in what it holds',
    },
  },
  trailerPattern: {
    type: 'string',
    format: 'regex',
    minLength: 1,
    help: {
      zh: 'file：同上，正则表达式（RE2 语法）',
      en: 'file: the same as a regular expression (RE2)',
    },
  },
  gzip: {
    type: 'boolean',
    default: false,
    help: {
      zh: 'file：新文件限速通读一次，检查 gzip 是否完整（同 gzip -t）',
      en: 'file: each new file is read through once, at readRate, to see whether the gzip is whole (as gzip -t does)',
    },
  },
  readRate: {
    type: 'integer',
    minimum: 65_536,
    default: 20_971_520,
    help: {
      zh: 'gzip 检查的读取速度上限（字节/秒）',
      en: 'Most bytes a second that the check of a gzip reads',
    },
  },
  manifest: {
    type: 'boolean',
    default: false,
    help: {
      zh: 'file：files 指向 pg_basebackup 的 backup_manifest，检查其校验和及所列文件的大小',
      en: 'file: files names backup_manifest of pg_basebackup, whose checksum and files’ sizes are checked',
    },
  },
  settle: {
    type: 'duration',
    default: '2m',
    help: {
      zh: 'file：多久没有变化才算写完（有结束标记的立即算写完）',
      en: 'file: for how long it must not have changed to count as written; with its trailer it counts at once',
    },
  },
  log: {
    type: 'string',
    pattern: ABSOLUTE,
    expected: { zh: '完整路径，可含 * ? [ ]', en: 'a whole path, which may have * ? [ ] in it' },
    help: {
      zh: 'expdp：导出日志（完整路径，可用 * ? [ ]）',
      en: 'expdp: its log, a whole path that may have * ? [ ]',
    },
  },
  stanza: {
    type: 'string',
    pattern: '^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$',
    help: { zh: 'pgbackrest：stanza 名称', en: 'pgbackrest: name of the stanza' },
  },
  repo: {
    type: 'integer',
    minimum: 1,
    maximum: 256,
    help: {
      zh: 'pgbackrest：只看这一个仓库；不填则每个仓库是一份备份（copy）',
      en: 'pgbackrest: this repository alone; else each one is a copy',
    },
  },
  configFile: {
    type: 'string',
    pattern: ABSOLUTE,
    help: {
      zh: 'pgbackrest：配置文件，不在默认位置时填写',
      en: 'pgbackrest: its configuration, where it is not in the usual place',
    },
  },
  program: {
    type: 'string',
    pattern: ABSOLUTE,
    help: {
      zh: '工具的完整路径；默认 /usr/bin/ 下',
      en: 'Whole path of the tool; in /usr/bin where it is not given',
    },
  },
  repository: {
    type: 'string',
    pattern: '^[^-\\s][^\\s@]*$|^((sftp|ssh):(//)?)?[^-\\s:@/]+@[^\\s@]+$',
    expected: {
      zh: '不含密码的路径或地址，如 /backup/restic、sftp:backup@nas:/restic',
      en: 'a path or an address without a password, such as /backup/restic or sftp:backup@nas:/restic',
    },
    help: {
      zh: 'restic、borg：仓库路径或地址，不含密码',
      en: 'restic, borg: path or address of the repository, without a password',
    },
  },
  select: {
    type: 'string',
    minLength: 1,
    help: {
      zh: 'restic：只计带此标签的快照；borg：只计名称符合此通配的归档',
      en: 'restic: snapshots with this tag alone; borg: archives whose names match this pattern',
    },
  },
  passwordFile: {
    type: 'string',
    pattern: ABSOLUTE,
    help: {
      zh: 'restic、borg：仓库密码文件',
      en: 'restic, borg: file with the password of the repository',
    },
  },
} as const satisfies Options
