/** What `systemctl show` says of one unit; what it does not say is missing. */
export interface UnitState {
  readonly name: string
  readonly load: string
  readonly active: string
  readonly sub: string
  /** Automatic restarts (NRestarts, from systemd 235). */
  readonly restarts: number | undefined
  /** Bytes that its control group holds; missing without memory accounting. */
  readonly memoryBytes: number | undefined
}

/** For `--property=`, in the order of UnitState. */
export const UNIT_PROPERTIES = 'Id,LoadState,ActiveState,SubState,NRestarts,MemoryCurrent'

/** systemd prints the largest 64-bit number for "not measured" where it does not print `[not set]`. */
const NOT_MEASURED = '18446744073709551615'

/** Parses the output of `systemctl show PATTERN --property=…`: blocks of Key=value lines, a blank line between units. */
export function parseSystemctlShow(output: string): UnitState[] {
  return output
    .split(/\n{2,}/)
    .map((block) => new Map(block.split('\n').map((line) => splitLine(line))))
    .filter((properties) => properties.has('Id'))
    .map((properties) => ({
      name: properties.get('Id') ?? '',
      load: properties.get('LoadState') ?? '',
      active: properties.get('ActiveState') ?? '',
      sub: properties.get('SubState') ?? '',
      restarts: toNumber(properties.get('NRestarts')),
      memoryBytes: toNumber(properties.get('MemoryCurrent')),
    }))
}

function splitLine(line: string): [string, string] {
  const equals = line.indexOf('=')
  return [line.slice(0, Math.max(0, equals)), line.slice(equals + 1).trim()]
}

function toNumber(text: string | undefined): number | undefined {
  if (text === undefined || text === NOT_MEASURED || !/^\d+$/.test(text)) return undefined
  return Number(text)
}
