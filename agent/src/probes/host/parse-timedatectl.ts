/** What `timedatectl status` says, in the words of any version of systemd; undefined is what it did not say. */
export interface ClockStatus {
  readonly synchronized: boolean | undefined
  readonly ntpEnabled: boolean | undefined
  readonly rtcInLocalTime: boolean | undefined
}

const YES = new Set(['yes', 'active'])
const NO = new Set(['no', 'inactive'])

export function parseTimedatectl(output: string): ClockStatus {
  return {
    synchronized: answerOf(output, /^ *(?:System clock|NTP) synchronized: (\S{1,20})/m),
    ntpEnabled: answerOf(
      output,
      /^ *(?:NTP enabled|NTP service|Network time on|systemd-timesyncd\.service active): (\S{1,20})/m,
    ),
    rtcInLocalTime: answerOf(output, /^ *RTC in local TZ: (\S{1,20})/m),
  }
}

function answerOf(output: string, line: RegExp): boolean | undefined {
  const word = line.exec(output)?.[1] ?? ''
  return YES.has(word) ? true : NO.has(word) ? false : undefined // `n/a`: no service that it knows
}
