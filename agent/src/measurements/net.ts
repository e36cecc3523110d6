import type { MeasurementDeclaration } from '@wardround/protocol'
import { counter, gauge } from '../field.ts'

/** Traffic of network interfaces. Names: Telegraf's net. */
export const net = {
  identifyingTags: ['interface'],
  fields: {
    bytes_sent: counter('bytes', '发送字节数', 'Sent'),
    bytes_recv: counter('bytes', '接收字节数', 'Received'),
    packets_sent: counter('count', '发送包数', 'Packets sent'),
    packets_recv: counter('count', '接收包数', 'Packets received'),
    err_in: counter('count', '接收错误数', 'Errors in receiving'),
    err_out: counter('count', '发送错误数', 'Errors in sending'),
    drop_in: counter('count', '接收丢弃数', 'Dropped in receiving'),
    drop_out: counter('count', '发送丢弃数', 'Dropped in sending'),
    speed: gauge(
      'megabits_per_second',
      '协商速率；未连接或虚拟接口缺失',
      'Speed of the link; missing where it has none',
    ),
  },
} as const satisfies MeasurementDeclaration
