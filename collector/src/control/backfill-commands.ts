import { type ControlCommands, ControlError } from '@wardround/program'
import { BackfillError, type Backfills, type BackfillRequest } from '../store/remote/backfills.ts'

/** The backfills of a collector that may still start. */
export class BackfillDesk {
  #backfills: Backfills | undefined

  /** The stores are there. */
  bind(backfills: Backfills): void {
    this.#backfills = backfills
  }

  /** @throws ControlError while the collector still starts */
  get backfills(): Backfills {
    if (this.#backfills !== undefined) return this.#backfills
    throw new ControlError({
      zh: '监控中心正在启动，请稍后再试',
      en: 'the collector still starts; try again in a moment',
    })
  }
}

/** What `wardround-collector backfill` asks a running collector. What can't be done is answered as `{refused: {zh, en}}`: the caller's mistake, not ours. */
export function backfillCommands(desk: Pick<BackfillDesk, 'backfills'>): ControlCommands {
  return {
    'backfill-start': (argument) => answered(desk.backfills.start(requestOf(argument))),
    'backfill-progress': async (argument) => ({
      progress: await desk.backfills.progress(Number(memberOf(argument, 'id'))),
    }),
    'backfill-stop': (argument) =>
      answered(desk.backfills.stop(String(memberOf(argument, 'store')))),
  }
}

async function answered(asked: ReturnType<Backfills['start']>): Promise<object> {
  try {
    return { progress: await asked }
  } catch (error) {
    if (error instanceof BackfillError) return { refused: error.text }
    throw error
  }
}

function requestOf(argument: unknown): BackfillRequest {
  const timeOf = (name: string) => {
    const value = memberOf(argument, name)
    return typeof value === 'number' ? value : undefined
  }
  const store = String(memberOf(argument, 'store'))
  return { store, fromMs: timeOf('fromMs'), toMs: timeOf('toMs') }
}

function memberOf(argument: unknown, name: string): unknown {
  return new Map<string, unknown>(Object.entries(argument ?? {})).get(name)
}
