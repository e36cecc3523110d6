import { gauge } from '../field.ts'

/** The optical module of a Fibre Channel port. A module without light reports −40 dBm or less, or nothing. */
export const fcSfp = {
  identifyingTags: ['device', 'port'],
  descriptiveTags: ['name'],
  fields: {
    rx_dbm: gauge('dbm', '接收光功率', 'Light that comes in', 0.1),
    tx_dbm: gauge('dbm', '发送光功率', 'Light that goes out', 0.1),
    temp_c: gauge('celsius', '温度', 'Temperature', 0.1),
    volts: gauge('volts', '电压', 'Voltage', 0.001),
    milliamperes: gauge('milliamperes', '激光器偏置电流', 'Current of the laser', 0.001),
    power_on_hours: gauge(
      'hours',
      '通电时间（16G 及以上模块）',
      'Hours with power (modules of 16G and more)',
    ),
    online: gauge('boolean', '所在端口是否在线', 'Whether its port is online'),
  },
} as const
