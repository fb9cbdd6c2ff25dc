import { brotliCompressSync } from 'node:zlib';
import type { Response } from 'playwright-core';
import type { WebStage } from './web-stage.ts';

const maxScriptKib = 120;

export const light = (stage: () => WebStage) =>
  test('the first load is at most 120 KiB of compressed script', async () => {
    const { page, context, faults } = await stage().stranger();
    const sizes = new Map<string, number>();
    const weighed: Promise<void>[] = [];
    const weigh = async (response: Response): Promise<void> => {
      const headers = await response.allHeaders();
      expect(headers['content-encoding']).toMatch(/^(br|gzip)$/);
      sizes.set(response.url(), brotliCompressSync(await response.body()).length);
    };
    page.on('response', (response) => {
      if (response.url().endsWith('.js')) weighed.push(weigh(response));
    });
    await page.goto(stage().url);
    await page.locator('#username').waitFor();
    await Promise.all(weighed);
    const kib = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0) / 1_024;
    console.log(
      `first load: ${kib.toFixed(1)} KiB of script in ${sizes.size} files, limit ${maxScriptKib} ${kib <= maxScriptKib ? 'PASS' : 'FAIL'}`,
    );
    expect(sizes.size).toBeGreaterThan(2);
    expect(kib).toBeLessThanOrEqual(maxScriptKib);
    expect(faults).toEqual([]);
    await context.close();
  });
