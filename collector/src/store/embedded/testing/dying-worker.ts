// The store's worker with a fault: it dies of each record that holds the value 666.
import { SegmentDecoder } from '@wardround/protocol'
import { parentPort, workerData } from 'node:worker_threads'
import { startRole } from '../store-worker.ts'

// oxlint-disable-next-line typescript/unbound-method -- called with its object below
const decode = SegmentDecoder.prototype.decode
SegmentDecoder.prototype.decode = function (this: SegmentDecoder, payload) {
  const record = decode.call(this, payload)
  if (record.type === 'batch' && record.batch.blocks.some(({ values }) => values.includes(666)))
    throw new RangeError('the fault of the test')
  return record
}

if (parentPort !== null) startRole(parentPort, workerData)
