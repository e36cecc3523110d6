/** One array of /proc/mdstat. Percentages 0–100; missing where the line does not say it. */
export interface MdArray {
  readonly name: string
  /** active, inactive, recovering, resyncing, checking or reshaping. */
  readonly activityState: string
  readonly disksTotal: number
  readonly disksActive: number
  /** Members marked (F). */
  readonly disksFailed: number
  /** Members marked (S). */
  readonly disksSpare: number
  /** Places of the array without a working member, whether that is listed as failed or gone altogether. */
  readonly disksDown: number
  /** 0 while nothing is synchronised or it waits its turn. */
  readonly blocksSyncedPercent: number
}

const SYNC_STATES: Readonly<Record<string, string>> = {
  recovery: 'recovering',
  resync: 'resyncing',
  check: 'checking',
  repair: 'checking',
  reshape: 'reshaping',
}

const SYNC_LINE =
  /\b(recovery|resync|check|repair|reshape)\s*=\s*(?:([\d.]+)%|DELAYED|PENDING|REMOTE)/
const PLACES = /\[(\d+)\/(\d+)\]/
const MEMBER = /\[\d+\](?:\([A-Z]\))*(?=\s|$)/g

/**
 * Arrays in a text of /proc/mdstat. An array is a line that starts in the first column as
 * `name : state …` and the indented lines that follow it (kernel: drivers/md/md.c, md_seq_show).
 */
export function parseMdstat(text: string): MdArray[] {
  return text
    .split(/\n(?=\S)/)
    .filter((block) => /^\S+ : (?:in)?active\b/.test(block))
    .map((block) => parseArray(block))
}

function parseArray(block: string): MdArray {
  const [head = '', ...details] = block.split('\n')
  const [name = '', , state = ''] = head.split(/\s+/)
  const detail = details.join('\n')
  const active = state === 'active'
  const sync = SYNC_LINE.exec(detail)
  const { total, working } = countPlaces(head, detail)
  return {
    name,
    activityState: (sync && SYNC_STATES[sync[1] ?? '']) ?? state,
    disksTotal: total,
    disksActive: active ? working : 0,
    disksFailed: count(head, '(F)'),
    disksSpare: count(head, '(S)'),
    disksDown: active ? total - working : isContainer(detail) ? 0 : total,
    blocksSyncedPercent: Number(sync?.[2] ?? 0),
  }
}

/** raid0 and linear print no [total/working]: they work with all members or not at all. */
function countPlaces(head: string, detail: string): { total: number; working: number } {
  const places = PLACES.exec(detail)
  if (places) return { total: Number(places[1]), working: Number(places[2]) }
  const members = head.match(MEMBER)?.length ?? 0
  return { total: members, working: members }
}

/** A container of firmware RAID (IMSM, DDF) only holds metadata: it is always inactive, and that is well. */
function isContainer(detail: string): boolean {
  return /super external:(?!\/)/.test(detail)
}

function count(text: string, part: string): number {
  return text.split(part).length - 1
}
