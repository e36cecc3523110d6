import type { Board } from '../board.ts'
import { last, max, min, of, rate } from '../formula.ts'
import { HOST } from '../often-shown.ts'
import type { Panel, TableKey } from '../panel.ts'

const PORT: TableKey = { tag: 'port', label: { zh: '端口', en: 'Port' } }
const DEVICE: TableKey = {
  ...HOST,
  label: { zh: '交换机', en: 'Switch' },
  link: 'wardround-fc-switch',
}
const YES_NO = { 0: { zh: '否', en: 'no' }, 1: { zh: '是', en: 'yes' } } as const

const SWITCH: Panel[] = [
  {
    kind: 'stat',
    title: { zh: '交换机', en: 'Switches' },
    description: {
      zh: '交换机的运行状态。离线或故障时，登录交换机查看 switchshow 与错误日志；双交换机时确认另一台承担了全部路径。',
      en: 'State of each switch. Offline or faulty: log on, read switchshow and its errors; where there are two, see that the other carries all paths.',
    },
    width: 8,
    lines: [
      {
        query: of('fc_switch', last('oper_state')),
        rule: 'fc_switch_state',
        colours: { 0: 'grey' },
      },
    ],
  },
  {
    kind: 'stat',
    title: { zh: '自检', en: 'Self-test' },
    description: {
      zh: '交换机给出的整体状态。警告或失败：多为风扇、电源或温度，见下方部件。',
      en: 'What the switch says of itself. Warning or failed: mostly a fan, a supply or the temperature; see its parts below.',
    },
    width: 8,
    lines: [
      {
        query: of('fc_switch', last('status')),
        rule: 'fc_switch_status',
        colours: { 1: 'grey', 2: 'grey' },
      },
    ],
  },
  {
    kind: 'stat',
    title: { zh: '在线端口', en: 'Ports online' },
    description: {
      zh: '在线的端口数与端口总数。在线数减少说明有设备或线路断开，见端口图。',
      en: 'Ports online, and all. Fewer than before: a device or a line is cut; see the map.',
    },
    width: 8,
    lines: [
      { query: of('fc_switch', last('ports_online')), label: { zh: '在线', en: 'online' } },
      { query: of('fc_switch', last('ports')), label: { zh: '全部', en: 'all' } },
    ],
  },
]

const PORTS: Panel[] = [
  {
    kind: 'stat',
    title: { zh: '端口图', en: 'Map of ports' },
    description: {
      zh: '每个端口一格，显示物理状态：绿色为同步正常，灰色为无光模块或无光（空闲端口），橙色为有光但未同步，红色为故障。由绿变灰或变红的端口：检查光纤、光模块与对端。',
      en: 'A tile for each port with its physical state: green is in sync, grey has no transceiver or no light (unused), orange has light but no sync, red is a fault. Where one turned grey or red, look at fibre, transceiver and the other end.',
    },
    height: 8,
    lines: [
      {
        query: of('fc_port', last('phy_state'), 'port'),
        rule: 'fc_port_fault',
        colours: { 1: 'grey', 2: 'grey', 4: 'grey', 5: 'orange', 9: 'blue', 10: 'blue' },
      },
    ],
  },
  {
    kind: 'states',
    title: { zh: '端口状态变化', en: 'Ports over time' },
    description: {
      zh: '每个端口的运行状态。频繁在线与离线之间跳动（抖动）：多为光模块老化或接触不良。',
      en: 'Operating state of each port. Much changing between online and offline: mostly an old transceiver or a bad contact.',
    },
    height: 10,
    lines: [
      {
        query: of('fc_port', last('oper_state'), 'port'),
        colours: { 1: 'green', 2: 'grey', 3: 'blue', 4: 'red' },
      },
    ],
  },
  {
    kind: 'table',
    title: { zh: '端口', en: 'Ports' },
    description: {
      zh: '每个端口是否掉线、最近 10 分钟的 CRC 与编码错误、丢帧与缓冲信用，错误多的在前。CRC 或编码错误：清洁或更换光纤、光模块；缓冲信用长期为零：对端（存储）处理不过来。',
      en: 'Each port: did it leave online; CRC and encoding errors of ten minutes, discards, credits; most errors first. Errors: clean or replace fibre and transceiver. Without credits for long: the other end, mostly storage, is too slow.',
    },
    height: 10,
    keys: [DEVICE, PORT, { tag: 'name', label: { zh: '名称', en: 'Name' } }],
    columns: [
      {
        query: of('fc_port', last('left_online'), 'port', 'name'),
        label: { zh: '掉线', en: 'Left online' },
        rule: 'fc_port_left_online',
        words: YES_NO,
      },
      {
        query: of('fc_port', max('crc_errors_10m'), 'port', 'name'),
        label: { zh: 'CRC 错误', en: 'CRC errors' },
        rule: 'fc_port_crc_errors',
      },
      {
        query: of('fc_port', max('encoding_errors_10m'), 'port', 'name'),
        label: { zh: '编码错误', en: 'Encoding errors' },
        rule: 'fc_port_encoding_errors',
      },
      {
        query: of('fc_port', max('c3_discards_per_second'), 'port', 'name'),
        label: { zh: '丢帧', en: 'Discards' },
        rule: 'fc_port_discards',
      },
      {
        query: of('fc_port', max('bb_credit_zero_percent'), 'port', 'name'),
        label: { zh: '无缓冲信用', en: 'Without credits' },
        rule: 'fc_port_credit_zero',
      },
      {
        query: of('fc_port', last('speed'), 'port', 'name'),
        label: { zh: '速率', en: 'Speed' },
      },
    ],
    sort: { column: 1, order: 'highest' },
  },
  {
    kind: 'timeseries',
    title: { zh: '端口流量', en: 'Traffic of ports' },
    description: {
      zh: '每个端口每秒收发的字节数。接近端口速率的八成即为瓶颈；一条路径归零而另一条升高，说明发生了切换。',
      en: 'Bytes each second. Near four fifths of its speed a port is the bottleneck; where one falls to zero and another rises, paths were switched.',
    },
    lines: [
      { query: of('fc_port', rate('rx_bytes_total'), 'port'), label: { zh: '收', en: 'in' } },
      { query: of('fc_port', rate('tx_bytes_total'), 'port'), label: { zh: '发', en: 'out' } },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: 'CRC 错误（10 分钟）', en: 'CRC errors, 10 minutes' },
    description: {
      zh: '各端口最近 10 分钟的 CRC 错误。高于虚线：该端口的线路有问题，会导致存储响应变慢。',
      en: 'CRC errors of each port in ten minutes. Above the dashed lines its line is bad, and storage becomes slow.',
    },
    lines: [{ query: of('fc_port', max('crc_errors_10m'), 'port'), rule: 'fc_port_crc_errors' }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '丢帧', en: 'Discards' },
    description: {
      zh: '每秒丢弃的 Class 3 帧。持续大于虚线：拥塞或路由问题，主机会看到 I/O 超时。',
      en: 'Class 3 frames discarded each second. Above the dashed line there is congestion or a fault of routing, and hosts see I/O time out.',
    },
    lines: [
      { query: of('fc_port', max('c3_discards_per_second'), 'port'), rule: 'fc_port_discards' },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '无缓冲信用的时间', en: 'Time without credits' },
    description: {
      zh: '端口因没有缓冲信用而不能发送的时间比例。高于虚线：对端处理慢（慢排空设备），找出并限制它。',
      en: 'The part of the time in which a port could not send for want of credits. Above the dashed lines the other end drains slowly: find it and limit it.',
    },
    lines: [
      { query: of('fc_port', max('bb_credit_zero_percent'), 'port'), rule: 'fc_port_credit_zero' },
    ],
    min: 0,
  },
]

const PARTS: Panel[] = [
  {
    kind: 'timeseries',
    title: { zh: '光模块接收功率', en: 'Light received' },
    description: {
      zh: '光模块接收光功率。低于虚线：光纤弯折、接头脏污或对端模块老化；逐段清洁后再测。',
      en: 'Light that each transceiver receives. Below the dashed lines: a bent fibre, a dirty plug, or an old transceiver at the other end; clean piece by piece and measure again.',
    },
    lines: [{ query: of('fc_sfp', min('rx_dbm'), 'port'), rule: 'fc_sfp_receive_power' }],
  },
  {
    kind: 'timeseries',
    title: { zh: '光模块发送功率', en: 'Light sent' },
    description: {
      zh: '光模块发送光功率。低于虚线说明本端模块老化，准备备件更换。',
      en: 'Light that each transceiver sends. Below the dashed lines it is old: have a spare ready.',
    },
    lines: [{ query: of('fc_sfp', min('tx_dbm'), 'port'), rule: 'fc_sfp_transmit_power' }],
  },
  {
    kind: 'states',
    title: { zh: '风扇、电源与温度', en: 'Fans, supplies and temperature' },
    description: {
      zh: '各部件的状态。故障的电源或风扇要尽快更换：另一个再坏，交换机就会停机。',
      en: 'State of each part. Replace a faulty supply or fan soon: when the other goes too, the switch stops.',
    },
    width: 12,
    height: 8,
    lines: [
      {
        query: of('fc_sensor', last('status'), 'type', 'name'),
        rule: 'fc_switch_part',
        colours: { 1: 'grey', 6: 'grey' },
      },
    ],
  },
  {
    kind: 'timeseries',
    title: { zh: '温度', en: 'Temperature' },
    description: {
      zh: '交换机温度传感器的读数。高于虚线时检查机房空调、风道与风扇。',
      en: 'What the sensors of the switch read. Above the dashed lines look at the cooling of the room, the air flow and the fans.',
    },
    lines: [
      {
        query: {
          ...of('fc_sensor', max('celsius'), 'name'),
          where: [{ tag: 'type', operator: '=', value: 'temperature' }],
        },
        rule: 'fc_switch_temperature',
      },
    ],
  },
  {
    kind: 'timeseries',
    title: { zh: '处理器与内存', en: 'Processor and memory' },
    description: {
      zh: '交换机自身的处理器与内存使用率。长期高于虚线时，登录与轮询会变慢，考虑升级固件。',
      en: 'Processor and memory of the switch itself. Long above the dashed line it answers slowly: think of newer firmware.',
    },
    lines: [
      {
        query: of('fc_switch', max('cpu_percent')),
        label: { zh: '处理器', en: 'processor' },
        rule: 'fc_switch_cpu',
      },
      {
        query: of('fc_switch', max('mem_percent')),
        label: { zh: '内存', en: 'memory' },
        rule: 'fc_switch_memory',
      },
    ],
    min: 0,
    max: 100,
  },
  {
    kind: 'timeseries',
    title: { zh: '日志（10 分钟）', en: 'Log, 10 minutes' },
    description: {
      zh: '交换机日志最近 10 分钟各级别的条数。严重与错误级别要到控制台“事件”中看原文并处理。',
      en: 'Records of the switch in ten minutes by level. Read those of critical and error in the events of the console.',
    },
    lines: [{ query: of('fc_event', max('count_10m'), 'level'), rule: 'fc_switch_log' }],
    min: 0,
  },
]

/** FC switches, port by port. */
export const board: Board = {
  uid: 'wardround-fc-switch',
  title: { zh: '光纤交换机', en: 'FC switch' },
  description: {
    zh: '光纤交换机的状态、端口图、错误与流量、光模块、部件和日志。',
    en: 'FC switches: state, map of ports, errors and traffic, transceivers, parts and log.',
  },
  subjects: { measurement: 'fc_switch', field: 'ports' },
  sections: [
    { title: { zh: '交换机', en: 'Switch' }, panels: SWITCH },
    { title: { zh: '端口', en: 'Ports' }, panels: PORTS },
    { title: { zh: '光模块与部件', en: 'Transceivers and parts' }, panels: PARTS },
  ],
}
