import { brotliCompressSync } from 'node:zlib';
import type { WebStage } from './web-stage.ts';

const maxScriptKib = 120;

export const light = (stage: () => WebStage) =>
  test('the first load is at most 120 KiB of compressed script', async () => {
    const { page, context, faults } = await stage().stranger();
    const sizes = new Map<string, number>();
    page.on('response', async (response) => {
      if (!response.url().endsWith('.js')) return;
      const headers = await response.allHeaders();
      expect(headers['content-encoding']).toMatch(/^(br|gzip)$/);
      sizes.set(response.url(), brotliCompressSync(await response.body()).length);
    });
    await page.goto(stage().url, { waitUntil: 'networkidle' });
    const kib = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0) / 1_024;
    console.log(
      `first load: ${kib.toFixed(1)} KiB of script in ${sizes.size} files, limit ${maxScriptKib} ${kib <= maxScriptKib ? 'PASS' : 'FAIL'}`,
    );
    expect(kib).toBeGreaterThan(20);
    expect(kib).toBeLessThanOrEqual(maxScriptKib);
    expect(faults).toEqual([]);
    await context.close();
  });
