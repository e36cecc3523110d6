import type { Channel } from '../channel.ts'

/** The channel of a collector that shows invented data: whatever goes out by it says so. */
export function demoChannel(channel: Channel): Channel {
  const { tellAll } = channel
  return {
    ...channel,
    send: (notices, context) =>
      channel.send(
        notices.map((notice) => ({ ...notice, demo: true })),
        context,
      ),
    ...(tellAll === undefined
      ? {}
      : { tellAll: (alerts, context) => tellAll(alerts, { ...context, demo: true }) }),
  }
}
