import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { heldUp } from './held-up.ts';
import { onScreen, until } from './on-screen.ts';
import type { Visitor, WebStage } from './web-stage.ts';

const picture = (colour: string): Promise<Buffer> =>
  sharp({ create: { width: 900, height: 600, channels: 3, background: colour } })
    .jpeg()
    .toBuffer();

export const files = (stage: () => WebStage) =>
  describe('photos and files', () => {
    let ada: Visitor;
    let bruno: Visitor;
    beforeAll(async () => {
      const [one, other] = await Promise.all([stage().actor('Ada'), stage().actor('Bruno')]);
      const at = await stage().direct(one, other);
      [ada, bruno] = await Promise.all([stage().visit(one, { at }), stage().visit(other, { at })]);
      await Promise.all([ada, bruno].map(({ page }) => onScreen(page).field.waitFor()));
    }, 120_000);
    afterAll(async () => {
      expect([ada.faults, bruno.faults]).toEqual([[], []]);
      await Promise.all([ada, bruno].map(({ context }) => context.close()));
    });

    test('two pictures and a file go in one message, with thumbnails on the other side', async () => {
      const notes = Buffer.from('what was said\n'.repeat(50));
      await ada.page.locator('input[type=file]').setInputFiles([
        { name: 'red.jpg', mimeType: 'image/jpeg', buffer: await picture('#c33') },
        { name: 'blue.jpg', mimeType: 'image/jpeg', buffer: await picture('#33c') },
        { name: 'notes.txt', mimeType: 'text/plain', buffer: notes },
      ]);
      await ada.page.locator('.staged-file').nth(2).waitFor();
      await ada.page
        .locator('input[type=file]')
        .setInputFiles([{ name: 'slip.txt', mimeType: 'text/plain', buffer: Buffer.from('not this one') }]);
      await onScreen(ada.page).button('Remove slip.txt').click();
      expect(await ada.page.locator('.staged-file .file-name').allTextContents()).toEqual([
        'red.jpg',
        'blue.jpg',
        'notes.txt',
      ]);
      await onScreen(ada.page).field.fill('three at once');
      await onScreen(ada.page).field.press('Enter');
      const shown = onScreen(bruno.page).message('three at once');
      // Both are drawn one after the other, on a machine that has much else to do.
      await shown.locator('.picture img').nth(1).waitFor({ timeout: 60_000 });
      expect(await shown.locator('.picture').count()).toBe(2);
      const [download] = await Promise.all([
        bruno.page.waitForEvent('download'),
        onScreen(bruno.page).button('Download notes.txt').click(),
      ]);
      expect(download.suggestedFilename()).toBe('notes.txt');
      expect((await readFile(await download.path())).equals(notes)).toBe(true);
    });

    test('until a picture is there, its colours are', async () => {
      const line = heldUp();
      await bruno.page.route('**/thumbnail', async (route) => {
        await line.isFree;
        await route.continue();
      });
      await ada.page
        .locator('input[type=file]')
        .setInputFiles([{ name: 'green.jpg', mimeType: 'image/jpeg', buffer: await picture('#3c3') }]);
      await onScreen(ada.page).button('Send').click();
      const shown = onScreen(bruno.page).button('Open green.jpg');
      await shown.locator('canvas.blurred').waitFor({ timeout: 30_000 });
      line.free();
      await shown.locator('img').waitFor();
      await bruno.page.unroute('**/thumbnail');
    });

    test('a picture opens in the viewer, the next one follows, Escape closes it', async () => {
      await onScreen(bruno.page).button('Open red.jpg').click();
      const { dialog } = onScreen(bruno.page);
      await dialog.locator('img[alt="red.jpg"]:not(.is-preview)').waitFor();
      await bruno.page.keyboard.press('ArrowRight');
      await dialog.locator('img[alt="blue.jpg"]').waitFor();
      await bruno.page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
    });

    test.each(['paste', 'drop'] as const)('a file comes by %s', async (way) => {
      await ada.page.evaluate(`{
        const transfer = new DataTransfer();
        transfer.items.add(new File(['by ${way}'], '${way}.txt', { type: 'text/plain' }));
        const field = document.getElementById('composer');
        field.dispatchEvent(${
          way === 'paste'
            ? "new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true })"
            : "new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true })"
        });
      }`);
      await ada.page.locator('.staged-file', { hasText: `${way}.txt` }).waitFor();
      await onScreen(ada.page).button('Send').click();
      await onScreen(bruno.page).button(`Download ${way}.txt`).waitFor({ timeout: 30_000 });
    });

    test('an upload shows how far it is and can be cancelled', async () => {
      const release: (() => void)[] = [];
      await ada.page.route('**/media?*', async (route) => {
        await new Promise<void>((resolve) => release.push(resolve));
        await route.abort().catch(() => undefined);
      });
      await ada.page
        .locator('input[type=file]')
        .setInputFiles([
          { name: 'large.bin', mimeType: 'application/octet-stream', buffer: randomBytes(200_000) },
        ]);
      await onScreen(ada.page).button('Send').click();
      await ada.page.getByRole('progressbar').waitFor();
      await onScreen(ada.page).button('Cancel upload').click();
      await ada.page.locator('.message', { hasText: 'large.bin' }).waitFor({ state: 'detached' });
      for (const resolve of release) resolve();
      await ada.page.unroute('**/media?*');
      await until(
        () => ada.page.evaluate('indexedDB.databases().then((all) => all.length)'),
        (count) => Number(count) > 0,
      );
    });
  });
