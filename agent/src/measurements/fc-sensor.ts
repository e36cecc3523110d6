import { gauge, state } from '../field.ts'

/** What a sensor says; the numbers are those of SW-MIB swSensorStatus. */
export const SENSOR_STATUS = {
  unknown: 1,
  faulty: 2,
  belowMin: 3,
  nominal: 4,
  aboveMax: 5,
  absent: 6,
  warning: 7,
} as const

/** A temperature, fan or power supply of a Fibre Channel switch: `type` is `temperature`, `fan`, `power` or `other`. */
export const fcSensor = {
  identifyingTags: ['device', 'type', 'name'],
  fields: {
    status: state('状态，按交换机自己的判断', 'Status, by the switch’s own word', {
      [SENSOR_STATUS.unknown]: { zh: '未知', en: 'unknown' },
      [SENSOR_STATUS.faulty]: { zh: '故障', en: 'faulty' },
      [SENSOR_STATUS.belowMin]: { zh: '低于下限', en: 'below its minimum' },
      [SENSOR_STATUS.nominal]: { zh: '正常', en: 'nominal' },
      [SENSOR_STATUS.aboveMax]: { zh: '高于上限', en: 'above its maximum' },
      [SENSOR_STATUS.absent]: { zh: '不在位', en: 'absent' },
      [SENSOR_STATUS.warning]: { zh: '警告', en: 'warning' },
    }),
    celsius: gauge('celsius', '温度', 'Temperature', 0.1),
    rpm: gauge('rpm', '转速', 'Revolutions a minute'),
    lost: gauge('boolean', '曾经在位，现在不在位', 'It was there and is gone'),
  },
} as const
