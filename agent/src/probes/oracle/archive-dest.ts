import { gauge, state } from '../../field.ts'
import { defineProbe, NoDataError, ProbeError, remembers, type ProbeRun } from '../../probe.ts'
import { numberOf, placeOf, textOf, type Row } from '../../row.ts'
import { oracle } from '../../sources/oracle.ts'
import { reading } from '../../sources/oracle/grant.ts'
import type { OracleSession } from '../../sources/oracle/oracle-session.ts'
import type { Statement } from '../../statement.ts'
import { SELDOM_SECONDS } from './ask-seldom.ts'
import { describeRows } from './describe-rows.ts'
import { sendWhenChanged, type SentDocument } from '../../sources/server/sent-document.ts'

const DESTINATIONS: Statement = {
  id: 'oracle.archive-dest',
  text: `
SELECT DEST_ID, DEST_NAME, STATUS, TARGET, DESTINATION, DB_UNIQUE_NAME, LOG_SEQUENCE, ERROR,
       TO_CHAR(FAIL_DATE, 'YYYY-MM-DD HH24:MI:SS') AS FAILED_AT
FROM V$ARCHIVE_DEST WHERE STATUS <> 'INACTIVE' ORDER BY DEST_ID`,
  cost: 'cheap',
  ...reading('V$ARCHIVE_DEST'),
}

/** Each instance counts the logs of its own thread, so that the sum over the instances is the database's; a physical standby has but those of its primary. */
const ARCHIVED: readonly Statement[] = [
  {
    id: 'oracle.archive-dest.bytes',
    text: `
SELECT DEST_ID, SUM(BLOCKS * BLOCK_SIZE) AS BYTES FROM V$ARCHIVED_LOG
WHERE COMPLETION_TIME > SYSDATE - 1 GROUP BY DEST_ID`,
    where: { role: ['physical standby'] },
    cost: 'moderate',
    everySeconds: SELDOM_SECONDS,
    ...reading('V$ARCHIVED_LOG'),
  },
  {
    id: 'oracle.archive-dest.bytes',
    text: `
SELECT DEST_ID, SUM(BLOCKS * BLOCK_SIZE) AS BYTES FROM V$ARCHIVED_LOG
WHERE COMPLETION_TIME > SYSDATE - 1 AND THREAD# = (SELECT THREAD# FROM V$INSTANCE) GROUP BY DEST_ID`,
    cost: 'moderate',
    everySeconds: SELDOM_SECONDS,
    ...reading('V$ARCHIVED_LOG', 'V$INSTANCE'),
  },
]

/** LOG_ARCHIVE_DEST_1 to _31, and the standby's own. */
const MOST_DESTINATIONS = 32

interface ArchiveMemory {
  readonly document: SentDocument
  /** By DEST_ID; undefined where V$ARCHIVED_LOG may not be read. */
  readonly bytes: ReadonlyMap<number, number> | undefined
  readonly bytesAtMs: number
}

/**
 * Where the redo is archived to. Source: V$ARCHIVE_DEST; V$ARCHIVED_LOG (read every 10 minutes, its bytes repeated in between).
 * Needs: SELECT on those and V$INSTANCE. Since: 11.2. Error texts and destinations go into the document `oracle_archive_dest`.
 */
export default defineProbe({
  name: 'oracle.archive-dest',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  cost: 'moderate',
  reads: 'V$ARCHIVE_DEST, V$ARCHIVED_LOG, V$INSTANCE',
  needs: 'SELECT on V_$ARCHIVE_DEST, V_$ARCHIVED_LOG, V_$INSTANCE',
  help: { zh: '归档目的地的状态', en: 'Destinations of the archived redo logs' },
  measurements: {
    oracle_archive_dest: {
      identifyingTags: ['database', 'instance', 'dest'],
      fields: {
        status: state('归档目的地的状态', 'Status of the destination', {
          0: { zh: '其他', en: 'another' },
          1: { zh: '出错', en: 'ERROR' },
          2: { zh: '已停用（DEFER）', en: 'DEFERRED' },
          3: { zh: '有效', en: 'VALID' },
        }),
        log_sequence: gauge(
          'count',
          '最近归档的日志序列号',
          'Sequence of the last log archived there',
        ),
        archived_bytes_24h: gauge(
          'bytes',
          '过去 24 小时归档的字节数',
          'Archived there in the last 24 hours',
        ),
      },
    },
  },
  statements: [DESTINATIONS, ...ARCHIVED],
  remembers: remembers<ArchiveMemory>(),
  async sample(run) {
    const { session, emit, signal, memory } = run
    const tags = await session.instanceTags(signal, 'cdb')
    const rows = await session.rows([DESTINATIONS], signal)
    if (rows.length === 0)
      throw new NoDataError({ zh: '未设置归档目的地', en: 'no archive destination is set' })
    const dests = rows.map((row) => ({ ...tags, dest: textOf(row, 'DEST_NAME') ?? '' }))
    for (const [at, row] of rows.entries()) emit('oracle_archive_dest', dests[at]!, fieldsOf(row))
    const name = `oracle_archive_dest:${session.instance}`
    const document = sendWhenChanged(
      run,
      name,
      { destinations: describeRows(rows, DESCRIBED, MOST_DESTINATIONS) },
      memory?.document,
    )
    const archived = await readArchived(run)
    for (const [at, row] of rows.entries()) {
      const bytes = archived.bytes && (archived.bytes.get(numberOf(row, 'DEST_ID') ?? 0) ?? 0)
      emit('oracle_archive_dest', dests[at]!, { archived_bytes_24h: bytes })
    }
    return { document, ...archived }
  },
})

type Archived = Pick<ArchiveMemory, 'bytes' | 'bytesAtMs'>

async function readArchived({
  session,
  signal,
  memory,
  monotonicMs,
  remark,
}: Pick<
  ProbeRun<OracleSession, {}, ArchiveMemory>,
  'session' | 'signal' | 'memory' | 'monotonicMs' | 'remark'
>): Promise<Archived> {
  if (memory !== undefined && monotonicMs - memory.bytesAtMs < SELDOM_SECONDS * 1000) return memory
  try {
    const rows = await session.rows(ARCHIVED, signal)
    const bytes = new Map(
      rows.map((row) => [numberOf(row, 'DEST_ID') ?? 0, numberOf(row, 'BYTES') ?? 0]),
    )
    return { bytes, bytesAtMs: monotonicMs }
  } catch (error) {
    // a missing grant or a long control file: the status above is what counts, and the view is not asked again for a while
    if (!(error instanceof ProbeError) || !['NOT_PERMITTED', 'DEADLINE'].includes(error.code))
      throw error
    remark(error.text ?? { zh: error.message, en: error.message })
    return { bytes: undefined, bytesAtMs: monotonicMs }
  }
}

const STATUSES = ['ERROR', 'DEFERRED', 'VALID']

function fieldsOf(row: Row): { status: number | undefined; log_sequence: number | undefined } {
  return {
    status: placeOf(STATUSES, textOf(row, 'STATUS')),
    log_sequence: numberOf(row, 'LOG_SEQUENCE'),
  }
}

const DESCRIBED = {
  dest: 'DEST_NAME',
  status: 'STATUS',
  target: 'TARGET',
  destination: 'DESTINATION',
  dbUniqueName: 'DB_UNIQUE_NAME',
  error: 'ERROR',
  failedAt: 'FAILED_AT',
}
