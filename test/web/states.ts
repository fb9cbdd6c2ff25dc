import type { ConversationId } from '@storm/contracts';
import { heldUp } from './held-up.ts';
import { isStored, onScreen, send, until } from './on-screen.ts';
import type { Actor, WebStage } from './web-stage.ts';

const historyOf = (id: ConversationId): string => `**/conversations/${id}/messages*`;

export const states = (stage: () => WebStage) =>
  describe('what stands where there is nothing to show', () => {
    let ada: Actor;
    let bruno: Actor;
    let at: ConversationId;
    beforeAll(async () => {
      [ada, bruno] = await Promise.all([stage().actor('Ada'), stage().actor('Bruno')]);
      at = await stage().direct(ada, bruno);
      await stage().talk(at, [bruno], 3);
    }, 120_000);

    test('on a slow network one sees that messages are being loaded, and writes meanwhile', async () => {
      const visitor = await stage().visit(ada);
      const { page } = visitor;
      const line = heldUp();
      await page.route(historyOf(at), async (route) => {
        if (route.request().method() === 'GET') await line.isFree;
        await route.continue();
      });
      await onScreen(page).row('Bruno').click();
      await page.getByRole('status', { name: 'Loading…' }).waitFor();
      await send(page, 'written before they came');
      await until(
        async () => (await ada.storm.api.listMessages({ params: { conversationId: at } })).messages.length,
        (count) => count === 4,
      );
      line.free();
      await onScreen(page).message('message 3').waitFor();
      await isStored(onScreen(page).message('written before they came'));
      expect(await onScreen(page).message('written before they came').count()).toBe(1);
      expect(visitor.faults).toEqual([]);
      await visitor.context.close();
    });

    test('when they cannot be loaded it says so, and a press tries again', async () => {
      const { page, context } = await stage().visit(ada);
      const body = JSON.stringify({
        type: 'urn:storm:problem:broken',
        title: 'No',
        status: 500,
        retryable: false,
      });
      await page.route(historyOf(at), (route) =>
        route.fulfill({ status: 500, contentType: 'application/problem+json', body }),
      );
      await onScreen(page).row('Bruno').click();
      await page.getByText('The messages could not be loaded').waitFor();
      await page.unroute(historyOf(at));
      await onScreen(page).button('Try again').click();
      await onScreen(page).message('message 3').waitFor();
      await context.close();
    });

    test('a conversation of others is not there, and there is a way back', async () => {
      const { page, context } = await stage().visit(await stage().actor('Chiara'), { at });
      await page.getByText('This conversation is not here').waitFor();
      expect(await page.getByText('message 3').count()).toBe(0);
      await onScreen(page).button('Back').click();
      await page.getByText('Choose a conversation').waitFor();
      await context.close();
    });

    test('times are those of the zone and the language of who reads', async () => {
      const [message] = (await ada.storm.api.listMessages({ params: { conversationId: at } })).messages;
      const stored = new Date(message?.storedAt ?? '');
      for (const [locale, timeZone] of [
        ['en-US', 'America/New_York'],
        ['fr-FR', 'Asia/Tokyo'],
      ] as const) {
        const { page, context } = await stage().visit(ada, { at, browser: { locale, timezoneId: timeZone } });
        const expected = new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone }).format(stored);
        expect(await onScreen(page).message('message 1').locator('time').textContent()).toBe(expected);
        await context.close();
      }
    });

    test('on a telephone nothing hangs over the edge, the actions of a message neither', async () => {
      const group = await stage().group('Climbers', ada, bruno);
      const text = 'wide enough for the whole width of a small screen, and more';
      await bruno.storm.send(group, { text });
      const { page, context } = await stage().visit(ada, {
        browser: { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
      });
      await onScreen(page).row('Climbers').tap();
      await onScreen(page).message(text).locator('.text').tap();
      const actions = await page.locator('.message-actions').boundingBox();
      expect((actions?.x ?? 0) + (actions?.width ?? 999)).toBeLessThanOrEqual(360);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
      await context.close();
    });
  });
