// The README's pictures: node scripts/pictures.ts [http://127.0.0.1:8471] takes them from a running demo (npm run demo; wait a quarter of an hour first,
// so that its alerts are there), with the Chromium of the system. Chinese and English, into docs/images.
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { ROOT } from './checks.ts'

const CHROMIUM = '/usr/bin/chromium'
/** As wide as a README shows it. */
const WIDTH = 1_180

interface Picture {
  readonly name: string
  readonly path: string
  /** Where it is cut off. */
  readonly height: number
  /** Something that is there once the page has drawn all of it. */
  readonly until: string
  /** A button that is pressed then. */
  readonly press?: RegExp
}

const PICTURES: readonly Picture[] = [
  {
    name: 'host-page',
    path: '#/host/demo-ora-1',
    height: 1_000,
    until: 'canvas',
    press: /^7 (天|days)$/,
  },
  { name: 'duty-page', path: '#/duty', height: 760, until: '.card' },
]

const LANGUAGES = [
  { locale: 'zh-CN', suffix: '.zh-CN' },
  { locale: 'en-US', suffix: '' },
]
/** In which charts have drawn what the last query brought. */
const SETTLE_MS = 10_000

async function take(
  page: Page,
  address: string,
  { name, path, height, until, press }: Picture,
  suffix: string,
): Promise<void> {
  await page.setViewportSize({ width: WIDTH, height })
  await page.goto(`${address}/${path}`)
  await page.reload()
  await page.locator('.demo').waitFor()
  await page.locator(until).first().waitFor()
  if (press !== undefined) await page.getByRole('button', { name: press }).click()
  await page.waitForTimeout(SETTLE_MS)
  await page.screenshot({ path: join(ROOT, 'docs', 'images', `${name}${suffix}.png`) })
}

const [address = 'http://127.0.0.1:8471'] = process.argv.slice(2)
const ready = await fetch(`${address}/readyz`)
if (ready.headers.get('wardround-demo') !== 'true')
  throw new Error(`${address} is no demo: pictures are taken of invented data alone`)
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'],
})
try {
  for (const { locale, suffix } of LANGUAGES) {
    const context = await browser.newContext({
      locale,
      timezoneId: 'Asia/Shanghai',
      colorScheme: 'light',
    })
    const page = await context.newPage()
    for (const picture of PICTURES) await take(page, address, picture, suffix)
    await context.close()
  }
} finally {
  await browser.close()
}
