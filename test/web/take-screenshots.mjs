// node test/web/take-screenshots.mjs: draws docs/screenshots anew from a Storm that runs with `npm run up -- --demo --fresh`.
import { mkdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { obtainChromium } from '@storm/devstack';
import { chromium } from 'playwright-core';
import sharp from 'sharp';

const url = process.env.STORM_URL ?? 'http://localhost:30080';
const folder = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url));
const desktop = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };

const { path } = await obtainChromium();
const browser = await chromium.launch({
  executablePath: path,
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
});
await mkdir(folder, { recursive: true });

async function keep(page, name) {
  const picture = await page.screenshot({ animations: 'disabled' });
  const file = `${folder}${name}.webp`;
  await sharp(picture).webp({ quality: 84 }).toFile(file);
  console.log(`${name}.webp ${Math.round((await stat(file)).size / 1024)} KiB`);
}

async function open(viewport, colorScheme, isMobile = false) {
  const context = await browser.newContext({
    viewport,
    colorScheme,
    isMobile,
    hasTouch: isMobile,
    deviceScaleFactor: isMobile ? 2 : 1,
    locale: 'en-GB',
  });
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForSelector('#username');
  return page;
}

async function signIn(page) {
  await page.fill('#username', 'ada');
  await page.fill('#password', 'storm-demo-2026');
  await page.press('#password', 'Enter');
  await page.waitForSelector('.conversation-row time');
}

async function show(page, name, isMobile = false) {
  const row = page.locator('.conversation-row', { hasText: name }).first();
  await (isMobile ? row.tap() : row.click());
  // Over no message: the one under the mouse shows its actions.
  if (!isMobile) await page.mouse.move(640, 790);
  await page.waitForSelector('.message');
  await page.waitForTimeout(1_000);
}

for (const scheme of ['light', 'dark']) {
  const page = await open(desktop, scheme);
  await keep(page, `sign-in-${scheme}`);
  await signIn(page);
  await show(page, 'Saturday');
  await page.getByRole('button', { name: 'Details' }).click();
  await page.waitForSelector('.member-row');
  await keep(page, `group-${scheme}`);
  await page.getByRole('button', { name: 'Close' }).click();
  await show(page, 'Platform');
  await keep(page, `conversation-${scheme}`);
  await page.keyboard.press('Control+k');
  await page.waitForSelector('.option');
  await keep(page, `switcher-${scheme}`);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Shift+f');
  await page.waitForSelector('.wide-dialog [role=combobox]:focus');
  await page.keyboard.type('night train');
  await page.waitForSelector('.found');
  await keep(page, `search-${scheme}`);
  await page.context().close();

  const small = await open(phone, scheme, true);
  await signIn(small);
  await small.waitForTimeout(500);
  await keep(small, `phone-list-${scheme}`);
  await show(small, 'Bruno', true);
  await keep(small, `phone-conversation-${scheme}`);
  await small.context().close();
}
await browser.close();
