import type { ConversationId } from '@storm/contracts';
import type { Page } from 'playwright-core';
import { isStored, onScreen, until } from './on-screen.ts';
import type { Visitor, WebStage } from './web-stage.ts';

export const drafts = (stage: () => WebStage) =>
  describe('what is typed and not sent', () => {
    let ada: Visitor;
    let second: Page;
    let at: ConversationId;
    beforeAll(async () => {
      const [one, other, third] = await Promise.all(
        ['Ada', 'Bruno', 'Chiara'].map((name) => stage().actor(name)),
      );
      if (one === undefined || other === undefined || third === undefined) throw new Error('nobody');
      at = await stage().direct(one, other);
      await stage().direct(one, third);
      ada = await stage().visit(one, { at });
      second = await ada.context.newPage();
      await second.goto(`${stage().url}/c/${at}`);
      await Promise.all([ada.page, second].map((page) => onScreen(page).field.waitFor()));
    }, 120_000);
    afterAll(async () => {
      expect(ada.faults).toEqual([]);
      await ada.context.close();
    });

    const holds = (page: Page, text: string): Promise<unknown> =>
      until(
        () => onScreen(page).field.inputValue(),
        (typed) => typed === text,
      );

    test('each conversation has its own, and the list shows the one of the others', async () => {
      await onScreen(ada.page).field.fill('for Bruno');
      await onScreen(ada.page).row('Chiara').click();
      await holds(ada.page, '');
      await onScreen(ada.page).field.fill('for Chiara');
      await onScreen(ada.page).row('Bruno').getByText('Draft: for Bruno').waitFor();
      await onScreen(ada.page).row('Bruno').click();
      await holds(ada.page, 'for Bruno');
      await onScreen(ada.page).row('Chiara').getByText('Draft: for Chiara').waitFor();
    });

    test('two tabs show the same one, files too, and sending it in one empties the other', async () => {
      await holds(second, 'for Bruno');
      await onScreen(second).field.pressSequentially(', from two tabs');
      await holds(ada.page, 'for Bruno, from two tabs');
      await ada.page
        .locator('input[type=file]')
        .setInputFiles([{ name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('a plan') }]);
      await second.locator('.staged-file', { hasText: 'plan.txt' }).waitFor();
      await onScreen(ada.page).field.press('Enter');
      await holds(second, '');
      await second.locator('.staged-file').waitFor({ state: 'detached' });
      await isStored(onScreen(second).message('for Bruno, from two tabs'));
      const { messages } = await ada.storm.api.listMessages({ params: { conversationId: at } });
      expect(messages.map(({ text }) => text)).toEqual(['for Bruno, from two tabs']);
    });
  });
