import { gauge, percent, state } from '../field.ts'

/** How well a part is, by its own device's word. What a device says in a word or number that we don't know is `unknown`. */
export const HEALTH = {
  ok: 0,
  warning: 1,
  critical: 2,
  unknown: 3,
} as const

/** What a part is doing, of all devices in the same words. */
export const RUNNING = {
  unknown: 0,
  online: 1,
  offline: 2,
  disabled: 3,
  absent: 4,
  starting: 5,
  standby: 6,
  rebuilding: 7,
  testing: 8,
  updating: 9,
  poweredOff: 10,
  charging: 11,
  discharging: 12,
  busy: 13,
  linkUp: 14,
  linkDown: 15,
} as const

export const healthState = () =>
  state('健康状态，按设备自己的判断', 'Health, by the device’s own word', {
    [HEALTH.ok]: { zh: '正常', en: 'ok' },
    [HEALTH.warning]: { zh: '警告', en: 'warning' },
    [HEALTH.critical]: { zh: '故障', en: 'critical' },
    [HEALTH.unknown]: { zh: '未知', en: 'unknown' },
  })

export const runningState = () =>
  state('运行状态', 'What it is doing', {
    [RUNNING.unknown]: { zh: '未知', en: 'unknown' },
    [RUNNING.online]: { zh: '在线', en: 'online' },
    [RUNNING.offline]: { zh: '离线', en: 'offline' },
    [RUNNING.disabled]: { zh: '已停用', en: 'disabled' },
    [RUNNING.absent]: { zh: '不在位', en: 'absent' },
    [RUNNING.starting]: { zh: '正在启动', en: 'starting' },
    [RUNNING.standby]: { zh: '待命（热备）', en: 'standby or spare' },
    [RUNNING.rebuilding]: { zh: '正在重构', en: 'rebuilding' },
    [RUNNING.testing]: { zh: '正在检测', en: 'testing' },
    [RUNNING.updating]: { zh: '正在升级', en: 'updating' },
    [RUNNING.poweredOff]: { zh: '已断电', en: 'powered off' },
    [RUNNING.charging]: { zh: '正在充电', en: 'charging' },
    [RUNNING.discharging]: { zh: '正在放电', en: 'discharging' },
    [RUNNING.busy]: {
      zh: '正在处理（格式化、扩容、同步等）',
      en: 'busy (formatting, expanding …)',
    },
    [RUNNING.linkUp]: { zh: '链路已连接', en: 'link up' },
    [RUNNING.linkDown]: { zh: '链路断开', en: 'link down' },
  })

/**
 * One part of a disk array, or of a server by its BMC: `array` is the subject, `type` one of `controller`, `enclosure`, `disk`, `fan`, `power`,
 * `battery`, `temperature`, `port`, `board`, `volume`, `system` …, `name` where it is.
 */
export const arrayComponent = {
  identifyingTags: ['array', 'type', 'name'],
  fields: {
    health: healthState(),
    running: runningState(),
    temp_c: gauge('celsius', '温度', 'Temperature', 0.1),
    rpm: gauge('rpm', '转速', 'Revolutions a minute'),
    watts: gauge('watts', '功率', 'Power', 0.1),
    volts: gauge('volts', '电压', 'Voltage', 0.001),
    cpu_percent: percent('处理器使用率', 'Use of its processor'),
    mem_percent: percent('内存使用率', 'Use of its memory'),
    size_bytes: gauge('bytes', '容量', 'Capacity'),
    power_on_hours: gauge('hours', '通电时间', 'Hours with power'),
    wear_percent: percent('寿命消耗', 'Share of its life that is used up'),
    media_life_left_percent: percent('剩余寿命', 'Share of its life that is left'),
    predicted_failure: gauge('boolean', '设备预测该部件将失效', 'The device expects it to fail'),
    progress_percent: percent('重构、格式化等操作的进度', 'Progress of what is going on'),
  },
} as const
