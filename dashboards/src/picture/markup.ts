/** Text that is nothing but text in HTML and SVG. */
export function text(value: string): string {
  const named: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  }
  return value.replaceAll(/[&<>"]/g, (character) => named[character]!)
}

/** The colours that our boards name, on Grafana's light ground. */
export const COLOURS: Readonly<Record<string, string>> = {
  green: '#56a64b',
  blue: '#3274d9',
  yellow: '#e0b400',
  orange: '#ff780a',
  red: '#e02f44',
  grey: '#8e8e8e',
}

/** Of lines without colours of their own. */
export const PALETTE = [
  '#3274d9',
  '#56a64b',
  '#ff780a',
  '#a352cc',
  '#e0b400',
  '#e02f44',
  '#37872d',
  '#8ab8ff',
] as const
