import type { ConversationId } from '@storm/contracts';
import { onScreen, until } from './on-screen.ts';
import type { Actor, Visitor, WebStage } from './web-stage.ts';

export const notified = (stage: () => WebStage) =>
  describe('somebody is told', () => {
    let ada: Actor;
    let bruno: Visitor;
    let climbers: ConversationId;
    beforeAll(async () => {
      const [one, other] = await Promise.all([stage().actor('Ada Laurent'), stage().actor('Bruno Keller')]);
      await stage().talk(await stage().direct(one, other), [one], 1);
      climbers = await stage().group('Climbers', one, other);
      ada = one;
      bruno = await stage().visit(other);
    }, 120_000);
    afterAll(async () => {
      expect(bruno.faults).toEqual([]);
      await bruno.context.close();
    });

    test('a notification comes for who looks elsewhere, but not under do-not-disturb or a level of nothing', async () => {
      await bruno.context.grantPermissions(['notifications'], { origin: stage().url });
      await bruno.page.evaluate(`
        window.shown = [];
        window.Notification = class extends EventTarget {
          static permission = 'granted';
          static async requestPermission() { return 'granted'; }
          constructor(title, options) { super(); shown.push(title + ': ' + options.body); }
          close() {}
        };
      `);
      const { button, dialog } = onScreen(bruno.page);
      await button('Settings').click();
      await dialog.getByLabel('Show notifications').check();
      await button('Close').first().click();
      const shown = () => bruno.page.evaluate<string[]>('window.shown ?? []');
      await ada.storm.send(climbers, { text: 'look here' });
      await until(shown, (all) => all.length === 1);
      expect(await shown()).toEqual(['Ada Laurent · Climbers: look here']);
      await button('Settings').click();
      await dialog.getByLabel('Do not disturb').check();
      await button('Close').first().click();
      await ada.storm.send(climbers, { text: 'not now' });
      await onScreen(bruno.page).row('Climbers').getByText('not now').waitFor();
      expect(await shown()).toHaveLength(1);
      await button('Settings').click();
      await dialog.getByLabel('Do not disturb').uncheck();
      await button('Close').first().click();

      await onScreen(bruno.page).row('Climbers').click();
      await button('Details').click();
      const level = bruno.page.getByLabel('Notify me of');
      const said = async (text: string): Promise<void> => {
        await ada.storm.send(climbers, { text });
        await onScreen(bruno.page).row('Climbers').getByText(text).waitFor();
      };
      await level.selectOption('Nothing');
      await button('Close').click();
      await onScreen(bruno.page).row('Ada Laurent').click();
      await said(`nothing for @${bruno.user.username}`);
      await onScreen(bruno.page).row('Climbers').click();
      await button('Details').click();
      await level.selectOption('Mentions only');
      await button('Close').click();
      await onScreen(bruno.page).row('Ada Laurent').click();
      await said('not about you');
      await said(`but this is, @${bruno.user.username}`);
      await until(shown, (all) => all.length > 1);
      expect((await shown()).slice(1)).toEqual([
        `Ada Laurent · Climbers: but this is, @${bruno.user.username}`,
      ]);
    });
  });
