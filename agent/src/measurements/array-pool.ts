import { gauge, percent } from '../field.ts'
import { healthState, runningState } from './array-component.ts'

/** A storage pool of a disk array. */
export const arrayPool = {
  identifyingTags: ['array', 'name'],
  fields: {
    health: healthState(),
    running: runningState(),
    total: gauge('bytes', '总容量', 'Capacity'),
    used: gauge('bytes', '已用容量', 'Used'),
    free: gauge('bytes', '空闲容量', 'Free'),
    used_percent: percent('已用比例', 'Share that is used'),
  },
} as const
