import { counter, gauge, percent, state } from '../field.ts'

const UNKNOWN = { zh: '未知', en: 'unknown' }
const ONLINE = { zh: '在线', en: 'online' }
const OFFLINE = { zh: '离线', en: 'offline' }
const TESTING = { zh: '正在自检', en: 'testing' }
const FAULTY = { zh: '故障', en: 'faulty' }

/** A Fibre Channel switch, or one logical switch of it. `device` is the subject. Numbers of states: SW-MIB, FCMGMT-MIB. */
export const fcSwitch = {
  identifyingTags: ['device'],
  fields: {
    oper_state: state('运行状态', 'What it is', {
      0: UNKNOWN,
      1: ONLINE,
      2: OFFLINE,
      3: TESTING,
      4: FAULTY,
    }),
    adm_state: state('设定的状态', 'What it was told to be', {
      0: UNKNOWN,
      1: ONLINE,
      2: OFFLINE,
      3: TESTING,
      4: FAULTY,
      5: { zh: '重启', en: 'reboot' },
      6: { zh: '快速重启', en: 'fast boot' },
    }),
    status: state('交换机对自身的总体判断', 'Its own judgement of itself', {
      1: UNKNOWN,
      2: { zh: '不提供', en: 'not given' },
      3: { zh: '正常', en: 'ok' },
      4: { zh: '警告', en: 'warning' },
      5: { zh: '故障', en: 'failed' },
    }),
    diag: state('开机自检结果', 'Result of the test at power-on', {
      0: UNKNOWN,
      1: { zh: '正常', en: 'ok' },
      2: FAULTY,
      3: { zh: '内置端口故障', en: 'fault of an embedded port' },
    }),
    cpu_percent: percent('处理器使用率', 'Use of its processor'),
    mem_percent: percent('内存使用率', 'Use of its memory'),
    domain_id: gauge('count', '域 ID', 'Domain'),
    principal: gauge(
      'boolean',
      '是否为主交换机',
      'Whether it is the principal switch of its fabric',
    ),
    isl_count: gauge('count', '与其它交换机的连接（ISL）数', 'Links to other switches (ISL)'),
    isl_active: gauge(
      'count',
      '其中处于活动状态的连接数',
      'Links to other switches that are active',
    ),
    uptime: gauge('seconds', '已运行时间', 'Time since it was started'),
  },
} as const

/** What reading its ports tells of the switch. */
export const fcSwitchPorts = {
  identifyingTags: ['device'],
  fields: {
    ports: gauge('count', '端口数', 'Ports'),
    ports_online: gauge('count', '在线端口数', 'Ports that are online'),
  },
} as const

/** Entries of a switch's event log (RASLOG), by level. */
export const fcEvent = {
  identifyingTags: ['device', 'level'],
  fields: {
    count_total: counter('count', '事件日志条数', 'Entries of the event log'),
    count_10m: gauge('count', '最近 10 分钟的事件日志条数', 'Entries of the last 10 minutes'),
  },
} as const
