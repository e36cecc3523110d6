import { gauge } from '../../field.ts'
import { defineProbe, NoDataError, ProbeError } from '../../probe.ts'
import { inParallel } from '../../sources/in-parallel.ts'
import { reach } from '../../sources/reach.ts'
import { countFiles, type FileCount, type FileCountCheck } from '../../sources/reach/count-files.ts'

const AT_ONCE = 2
const NANOSECONDS = 1e9

/** Files of directories. Source: find(1), a process of its own for each directory. Needs: to read the directory. Names: Telegraf's filecount. */
export default defineProbe({
  name: 'reach.filecount',
  source: reach,
  platforms: ['linux'],
  everySeconds: 300,
  deadlineMs: 240_000,
  cost: 'moderate',
  reads: 'find',
  needs: { zh: '对目录的读权限', en: 'to read the directories' },
  help: {
    zh: '目录中的文件数、大小、最旧和最新的文件',
    en: 'Files of directories: count, size, the oldest and the newest',
  },
  measurements: {
    filecount: {
      identifyingTags: ['directory', 'pattern'],
      fields: {
        count: gauge('count', '文件数', 'Files'),
        size_bytes: gauge('bytes', '文件总大小', 'Their size'),
        oldest_file_timestamp: gauge(
          'timestamp_nanoseconds',
          '最旧文件的修改时间',
          'When the oldest was changed',
        ),
        newest_file_timestamp: gauge(
          'timestamp_nanoseconds',
          '最新文件的修改时间',
          'When the newest was changed',
        ),
        oldest_file_age_seconds: gauge('seconds', '最旧文件距今的时间', 'Age of the oldest'),
        newest_file_age_seconds: gauge('seconds', '最新文件距今的时间', 'Age of the newest'),
        directory_ok: gauge('boolean', '1：目录可以清点', '1: the directory could be counted'),
      },
    },
  },
  async sample({ session, emit, remark, signal, timeMs }) {
    if (session.filecount.length === 0)
      throw new NoDataError({ zh: '没有配置 filecount', en: 'no directories are configured' })
    session.refuseWhenPaused()
    await inParallel(session.filecount, AT_ONCE, async (check) => {
      const { directory, pattern } = check
      try {
        const counted = await countFiles(check.commands, check, signal)
        if (counted.said !== '') remark(told(check, counted.said))
        emit(
          'filecount',
          { directory, pattern },
          { ...fieldsOf(counted, timeMs), directory_ok: Number(counted.isThere) },
        )
      } catch (error) {
        if (!(error instanceof ProbeError) || signal.aborted) throw error
        // that directory hangs or holds too much: the others are counted
        remark(error.text ?? told(check, error.message))
        emit('filecount', { directory, pattern }, { directory_ok: 0 })
      }
    })
  },
})

function fieldsOf({ count, sizeBytes, oldest, newest, isThere }: FileCount, timeMs: number) {
  if (!isThere) return {}
  const nanoseconds = (at: number | undefined) => (at === undefined ? undefined : at * NANOSECONDS)
  const age = (at: number | undefined) => (at === undefined ? undefined : timeMs / 1000 - at)
  return {
    count,
    size_bytes: sizeBytes,
    oldest_file_timestamp: nanoseconds(oldest),
    newest_file_timestamp: nanoseconds(newest),
    oldest_file_age_seconds: age(oldest),
    newest_file_age_seconds: age(newest),
  }
}

function told(
  { directory }: FileCountCheck,
  said: string,
): { readonly zh: string; readonly en: string } {
  return { zh: `${directory}：${said}`, en: `${directory}: ${said}` }
}
