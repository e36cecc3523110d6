/** How bad it is, from the mildest: 提示, 警告, 严重. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const

export type Severity = (typeof SEVERITIES)[number]
