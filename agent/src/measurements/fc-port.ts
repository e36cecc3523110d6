import { counter, counter32, gauge, percent, state } from '../field.ts'

const UNKNOWN = { zh: '未知', en: 'unknown' }
const ONLINE = { zh: '在线', en: 'online' }
const OFFLINE = { zh: '离线', en: 'offline' }
const TESTING = { zh: '正在自检', en: 'testing' }
const FAULTY = { zh: '故障', en: 'faulty' }
const LOOPBACK = { zh: '环回', en: 'loopback' }
const LASER_FAULT = { zh: '光模块激光器故障', en: 'laser fault' }
const NO_MEDIA = { zh: '未插光模块', en: 'no transceiver' }

/** What a port is; the numbers are those of SW-MIB swFCPortOpStatus. */
export const PORT_STATE = { unknown: 0, online: 1, offline: 2, testing: 3, faulty: 4 } as const

/** What rules and boards look at, read every minute. Numbers of states: SW-MIB; a number that we don't know is `unknown`. */
const watched = {
  phy_state: state('物理状态', 'Physical state', {
    1: { zh: '未插板卡', en: 'no card' },
    2: NO_MEDIA,
    3: LASER_FAULT,
    4: { zh: '无光', en: 'no light' },
    5: { zh: '有光但未同步', en: 'light, but no sync' },
    6: { zh: '已同步', en: 'in sync' },
    7: { zh: '端口故障', en: 'port fault' },
    8: { zh: '诊断失败', en: 'diagnostics failed' },
    9: { zh: '正在锁定参考信号', en: 'locking to the reference signal' },
    10: { zh: '正在验证光模块', en: 'validating the transceiver' },
    11: { zh: '光模块不兼容', en: 'invalid transceiver' },
    14: { zh: '未检测到信号', en: 'no signal' },
    255: UNKNOWN,
  }),
  oper_state: state('运行状态', 'What it is', {
    0: UNKNOWN,
    1: ONLINE,
    2: OFFLINE,
    3: TESTING,
    4: FAULTY,
  }),
  link_state: state('启用状态', 'Whether it is enabled', {
    0: UNKNOWN,
    1: { zh: '已启用', en: 'enabled' },
    2: { zh: '已禁用', en: 'disabled' },
    3: LOOPBACK,
  }),
  left_online: gauge(
    'boolean',
    '曾经在线（或声明为在用），现在不在线；从未使用的端口没有此值',
    'It was online once (or is declared in use) and is not now; missing for a port that was never used',
  ),
  tx_bytes_total: counter('bytes', '发送字节数', 'Bytes sent'),
  rx_bytes_total: counter('bytes', '接收字节数', 'Bytes received'),
  crc_errors_total: counter32('count', 'CRC 错误帧数', 'Frames with a wrong checksum'),
  encoding_in_errors_total: counter32('count', '帧内编码错误数', 'Encoding errors inside frames'),
  encoding_out_errors_total: counter32('count', '帧外编码错误数', 'Encoding errors outside frames'),
  invalid_words_total: counter('count', '无效传输字数', 'Invalid transmission words'),
  c3_discards_total: counter32('count', '丢弃的 3 类帧数', 'Class 3 frames discarded'),
  c3_tx_timeouts_total: counter(
    'count',
    '因发送超时丢弃的 3 类帧数',
    'Class 3 frames discarded because they waited too long to be sent',
  ),
  bb_credit_zero_total: counter32(
    'count',
    '发送缓冲信用为零的时间，以 2.5 微秒为单位',
    'Time without a buffer credit to send, in steps of 2.5 µs',
  ),
  crc_errors_10m: gauge(
    'count',
    '最近 10 分钟的 CRC 错误',
    'Frames with a wrong checksum in 10 minutes',
  ),
  encoding_errors_10m: gauge(
    'count',
    '最近 10 分钟的编码错误（帧内和帧外）',
    'Encoding errors in 10 minutes, inside and outside frames',
  ),
  invalid_words_10m: gauge('count', '最近 10 分钟的无效传输字', 'Invalid words in 10 minutes'),
  c3_discards_per_second: gauge(
    'per_second',
    '每秒丢弃的 3 类帧数，自上次读取以来',
    'Class 3 frames discarded a second, since the last reading',
    0.001,
  ),
  tx_timeouts_per_second: gauge(
    'per_second',
    '每秒因发送超时丢弃的帧数，自上次读取以来',
    'Frames discarded a second because they waited too long, since the last reading',
    0.001,
  ),
  bb_credit_zero_percent: percent(
    '发送缓冲信用为零的时间比例，自上次读取以来',
    'Share of time without a buffer credit to send, since the last reading',
  ),
  counters_reset: gauge(
    'boolean',
    '计数器被清零或读数可疑，本次不给出受影响的值',
    'A counter was cleared or made no sense: its value is left out this time',
  ),
}

/** What is looked up when something is wrong, read every 5 minutes. */
const details = {
  adm_state: state(
    '设定的状态（FOS 8 起不可用于判断是否禁用）',
    'What it was told to be (of no use since FOS 8)',
    {
      0: UNKNOWN,
      1: ONLINE,
      2: OFFLINE,
      3: TESTING,
      4: FAULTY,
    },
  ),
  hw_state: state('硬件状态', 'State of its hardware', {
    1: UNKNOWN,
    2: { zh: '诊断失败', en: 'failed' },
    3: { zh: '旁路', en: 'bypassed' },
    4: { zh: '已连接设备', en: 'active' },
    5: LOOPBACK,
    6: { zh: '发送器故障', en: 'transmitter fault' },
    7: NO_MEDIA,
    8: { zh: '链路断开', en: 'link down' },
  }),
  port_type: state('端口类型', 'Type of the port', {
    1: UNKNOWN,
    2: { zh: '其它', en: 'other' },
    3: { zh: 'FL 端口', en: 'FL port' },
    4: { zh: 'F 端口', en: 'F port' },
    5: { zh: 'E 端口', en: 'E port' },
    6: { zh: 'G 端口', en: 'G port' },
    7: { zh: 'EX 端口', en: 'EX port' },
    8: { zh: 'D 端口', en: 'D port' },
  }),
  speed: gauge('megabits_per_second', '速率', 'Speed'),
  tx_frames_total: counter('count', '发送帧数', 'Frames sent'),
  rx_frames_total: counter('count', '接收帧数', 'Frames received'),
  link_failures_total: counter('count', '链路失效次数', 'Link failures'),
  loss_of_sync_total: counter('count', '失步次数', 'Losses of sync'),
  loss_of_signal_total: counter('count', '失光次数', 'Losses of signal'),
  link_resets_rx_total: counter('count', '收到的链路复位次数', 'Link resets received'),
  link_resets_tx_total: counter('count', '发出的链路复位次数', 'Link resets sent'),
}

/** `port` is the switch's own number or name of it; name, WWN and slot may be changed by the site. */
const tags = {
  identifyingTags: ['device', 'port'],
  descriptiveTags: ['name', 'wwn', 'slot_port'],
} as const

/** A port of a Fibre Channel switch, as rules and boards watch it. */
export const fcPort = { ...tags, fields: watched } as const

/** The rest of the same port. */
export const fcPortDetails = { ...tags, fields: details } as const
