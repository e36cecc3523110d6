import { counter } from '../../field.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { numberOf, textOf, type Row } from '../../row.ts'
import { reading } from '../../sources/oracle/grant.ts'
import { oracle } from '../../sources/oracle.ts'
import type { Statement } from '../../statement.ts'

/** A tag's length; the end of a path tells files apart. */
const LONGEST_NAME = 200

const BUSIEST_FILES: Statement = {
  id: 'oracle.file-io',
  cost: 'moderate',
  ...reading('V$FILESTAT', 'V$DATAFILE'),
  text: `SELECT b.name, b.phyrds, b.phywrts, b.readtim, b.writetim
FROM (
  SELECT d.name, s.phyrds, s.phywrts, s.readtim, s.writetim
  FROM v$filestat s
  JOIN v$datafile d ON d.file# = s.file#
  ORDER BY s.phyrds + s.phywrts DESC, s.file#
) b
WHERE ROWNUM <= :1`,
}

/**
 * I/O of the data files that this instance used most since it was started: not of all, so that 5,000 files are not 20,000 series.
 * Source: V$FILESTAT (times in hundredths of a second; 0 without TIMED_STATISTICS) and V$DATAFILE. Needs: SELECT
 * on both. Since 11.2.
 */
export default defineProbe({
  name: 'oracle.file-io',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 600,
  cost: 'moderate',
  reads: 'V$FILESTAT, V$DATAFILE',
  needs: 'SELECT on V_$FILESTAT, V_$DATAFILE',
  help: {
    zh: '读写最多的数据文件：读写次数与耗时',
    en: 'The busiest data files: reads, writes and the time they took',
  },
  measurements: {
    oracle_file_io: {
      identifyingTags: ['database', 'instance', 'file'],
      fields: {
        reads: counter('count', '读次数', 'Reads'),
        writes: counter('count', '写次数', 'Writes'),
        read_ms: counter('milliseconds', '读耗时', 'Time spent on reads'),
        write_ms: counter('milliseconds', '写耗时', 'Time spent on writes'),
      },
    },
  },
  options: {
    files: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000,
      default: 100,
      help: { zh: '最多上报的文件数', en: 'Most files that are reported' },
    },
  },
  statements: [BUSIEST_FILES],
  async sample({ session, emit, options, signal }) {
    const tags = await session.instanceTags(signal)
    const rows = await session.rows([BUSIEST_FILES], signal, [options.files])
    if (rows.length === 0)
      throw new NoDataError({ zh: '尚无数据文件读写', en: 'no data file was read or written yet' })
    for (const row of rows) {
      const file = (textOf(row, 'NAME') ?? '').slice(-LONGEST_NAME)
      emit(
        'oracle_file_io',
        { ...tags, file },
        {
          reads: numberOf(row, 'PHYRDS'),
          writes: numberOf(row, 'PHYWRTS'),
          read_ms: millisecondsOf(row, 'READTIM'),
          write_ms: millisecondsOf(row, 'WRITETIM'),
        },
      )
    }
  },
})

function millisecondsOf(row: Row, column: string): number | undefined {
  const centiseconds = numberOf(row, column)
  return centiseconds === undefined ? undefined : centiseconds * 10
}
