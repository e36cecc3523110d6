import { inertHtml } from './inert-text.ts'
import type { AlertText, NoticeText } from './notice-text.ts'
import type { Standing } from './notice-title.ts'

const COLORS: Readonly<Record<Standing, string>> = {
  critical: '#b42318',
  warning: '#b54708',
  info: '#175cd3',
  resolved: '#067647',
}

/** Alerts that one mail lists; the rest is counted. */
const MAX_LISTED = 200

/** A notice as a page that needs nothing from elsewhere: for e-mail. Everything in it is escaped. */
export function toHtml(text: NoticeText): string {
  const listed = text.alerts.slice(0, MAX_LISTED)
  const more = text.alerts.length - listed.length + text.truncated
  return [
    '<!doctype html><html><head><meta charset="utf-8"></head>',
    '<body style="font-family:sans-serif;font-size:14px;color:#1d2939">',
    `<h2 style="font-size:16px;color:${COLORS[text.standing]}">${inertHtml(text.title)}</h2>`,
    ...listed.map((alert) => formatAlert(alert, listed.length > 1)),
    more > 0 ? `<p>${inertHtml(text.more(more))}</p>` : '',
    formatLink(text.link),
    '</body></html>',
  ].join('\n')
}

function formatLink(link: NoticeText['link']): string {
  return link !== undefined && /^https?:/.test(link.url)
    ? `<p><a href="${inertHtml(link.url)}">${inertHtml(link.label)}</a></p>`
    : ''
}

function formatAlert({ heading, standing, facts }: AlertText, isListed: boolean): string {
  const rows = facts.map(
    ([label, value]) =>
      `<tr><td style="padding:2px 12px 2px 0;color:#667085;white-space:nowrap;vertical-align:top">${inertHtml(label)}</td><td>${inertHtml(value)}</td></tr>`,
  )
  const title = isListed
    ? `<h3 style="font-size:14px;margin:16px 0 4px;color:${COLORS[standing]}">${inertHtml(heading)}</h3>`
    : ''
  return `${title}<table style="border-collapse:collapse">${rows.join('')}</table>`
}
