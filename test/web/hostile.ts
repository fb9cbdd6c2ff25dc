import { hostileStrings } from './hostile-strings.ts';
import { onScreen, until } from './on-screen.ts';
import type { WebStage } from './web-stage.ts';

/** Moves the timeline and waits until what came into view is drawn. */
const scrollBy = (px: number): string => `new Promise((done) => {
  document.querySelector('.timeline-scroller').scrollBy(0, ${px});
  requestAnimationFrame(() => requestAnimationFrame(() => done(null)));
})`;

/** Everything that a person can make others see, full of what has broken other clients. */
export const hostile = (stage: () => WebStage) =>
  describe('hostile strings', () => {
    test('300 of them in names, texts, file names and links: none runs, none breaks the policy', async () => {
      const all = hostileStrings();
      expect(all.length).toBeGreaterThanOrEqual(300);
      const victim = await stage().actor('Victim');
      const mallory = await stage().actor(all[0]?.slice(0, 64) ?? '');
      for (const name of all.slice(1, 13).map((one) => one.slice(0, 80)))
        await stage().group(name, mallory, victim);
      const id = await stage().direct(mallory, victim);
      for (const [index, name] of all.slice(0, 8).entries()) {
        const data = Buffer.from(`<script>executed('file ${index}')</script>`);
        const media = await mallory.storm.upload(id, {
          data,
          name: name.replace(/[/\\]/g, '_').slice(0, 120),
          contentType: 'text/plain',
        });
        await mallory.storm.send(id, { text: '', mediaIds: [media.id] });
      }
      await Promise.all(
        all.map((text) => mallory.storm.send(id, { text: `${text}\n\n[link](${text}) ![picture](${text})` })),
      );

      const { page, faults, context } = await stage().visit(victim, { at: id });
      await onScreen(page).field.waitFor();
      const seen = new Set<string>();
      let stepPx = -400;
      let quietReads = 0;
      let patience = 30;
      await until(
        async () => {
          const keys = await page
            .locator('.message')
            .evaluateAll((rows) =>
              (rows as unknown as { dataset: { key: string } }[]).map(({ dataset }) => dataset.key),
            );
          const before = seen.size;
          for (const key of keys) seen.add(key);
          quietReads = seen.size > before ? 0 : quietReads + 1;
          // At an end, or past rows that were not drawn in time: back the other way, and further each time.
          if (quietReads === patience) {
            stepPx = -stepPx;
            quietReads = 0;
            patience *= 2;
          }
          await page.evaluate(scrollBy(stepPx));
          return seen.size;
        },
        (count) => count >= all.length + 8,
        90_000,
      );
      for (const link of await page.locator('.message a[href]').all()) {
        const href = (await link.getAttribute('href')) ?? '';
        expect(href).toMatch(/^(https?|mailto|tel):/);
      }
      await page.keyboard.press('Control+k');
      await onScreen(page).dialog.getByRole('option').nth(5).waitFor();
      expect(faults).toEqual([]);
      console.log(`hostile strings: ${all.length} drawn, executed 0, policy reports 0 PASS`);
      await context.close();
    }, 150_000);
  });
