import type { UnreadyReason } from '../http/routes/health.ts'
import type { SeenPoints } from './seen-points.ts'

/** What `/readyz` says where not everything that came could be held against project files. */
export function seenPointsNotices({ leftOut }: Pick<SeenPoints, 'leftOut'>): UnreadyReason[] {
  if (leftOut === 0) return []
  const message = {
    zh: `上报的数据点过多，有 ${leftOut} 个采样未与项目文件核对，“缺失”类告警可能不准；请检查是否有标签取值不断变化的数据源`,
    en: `more points come than can be held against project files: ${leftOut} samples were left out, and alerts about what is missing may be wrong. Look for a source whose tags keep changing`,
  }
  return [{ code: 'SEEN_POINTS_FULL', message }]
}
