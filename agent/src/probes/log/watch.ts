import { logwatch, logwatchValue } from '../../measurements/logwatch.ts'
import { defineProbe, NoDataError, ProbeError } from '../../probe.ts'
import { emitLogwatch, emitValues } from '../../sources/log/emit-logwatch.ts'
import { watchLog } from '../../sources/log/watch-log.ts'
import { log } from '../../sources/log.ts'

/**
 * What rules find in the logs of an entry; each record that one finds is an event `log` with its first lines, secrets and personal data masked.
 * Source: the files, or journalctl. Needs: the files readable for the agent, or the group systemd-journal. A log is read from its end on when
 * it is first seen; one that is not there yet, from its beginning.
 */
export default defineProbe({
  name: 'log.watch',
  source: log,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 10,
  cost: 'moderate',
  reads: { zh: '日志文件，或 journalctl', en: 'log files, or journalctl' },
  needs: {
    zh: '采集代理可读日志文件（setfacl -m u:wardround:r）；journal 需加入 systemd-journal 组',
    en: 'the files readable for the agent (setfacl -m u:wardround:r); for the journal, the group systemd-journal',
  },
  help: { zh: '按规则监视日志', en: 'Logs watched by rules' },
  measurements: { logwatch, logwatch_value: logwatchValue },
  async sample({ session, emit, emitEvent, remark, signal, timeMs }) {
    const { name, rules, excerpt } = session
    for (const note of session.notes) remark(note)
    const failures: ProbeError[] = []
    const absent: string[] = []
    const logs = await session.logs()
    for (const watched of logs) {
      const { follower } = watched
      try {
        await watchLog({
          follower,
          read: (onRecord, bounds) => watched.read(onRecord, bounds, remark),
          rules,
          about: { log: name },
          excerpt,
          emitEvent,
          timeMs,
          bounds: session.bounds(signal),
        })
      } catch (error) {
        // One log that can't be read keeps none of the others from being read.
        if (!(error instanceof ProbeError)) throw error
        failures.push(error)
      }
      const { label: file, isThere } = follower
      if (!isThere) absent.push(file)
      else
        emitValues(emit, emitLogwatch(emit, follower, rules, { instance: name, timeMs }), {
          file,
          instance: name,
        })
    }
    const [failure] = failures
    if (failure !== undefined) throw failure
    const missing = { zh: `没有 ${absent.join('、')}`, en: `no ${absent.join(', ')}` }
    if (absent.length === logs.length) throw new NoDataError(missing)
    if (absent.length > 0) remark(missing)
  },
})
