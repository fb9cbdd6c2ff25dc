import type { ConversationId } from '@storm/contracts';
import { isStored, onScreen, send, until } from './on-screen.ts';
import type { Visitor, WebStage } from './web-stage.ts';

export const changes = (stage: () => WebStage) =>
  describe('what becomes of messages and conversations', () => {
    let ada: Visitor;
    let bruno: Visitor;
    let at: ConversationId;
    beforeAll(async () => {
      const [one, other] = await Promise.all([stage().actor('Ada Laurent'), stage().actor('Bruno Keller')]);
      at = await stage().group('Climbers', one, other);
      [ada, bruno] = await Promise.all([stage().visit(one, { at }), stage().visit(other, { at })]);
      await Promise.all([ada, bruno].map(({ page }) => onScreen(page).field.waitFor()));
    }, 120_000);
    afterAll(async () => {
      expect([ada.faults, bruno.faults]).toEqual([[], []]);
      await Promise.all([ada, bruno].map(({ context }) => context.close()));
    });

    async function say(text: string) {
      await send(ada.page, text);
      const own = onScreen(ada.page).message(text);
      await isStored(own);
      await onScreen(bruno.page).message(text).waitFor();
      return own;
    }
    async function act(visitor: Visitor, text: string, menu: string, entry: string): Promise<void> {
      const message = onScreen(visitor.page).message(text);
      await message.hover();
      await message.getByRole('button', { name: menu }).click();
      await visitor.page.getByRole('menuitem', { name: entry }).click();
    }

    test('a reaction comes and goes for both', async () => {
      await say('react to me');
      await act(bruno, 'react to me', 'React', '🎉');
      const reaction = onScreen(ada.page).message('react to me').locator('.reaction');
      await reaction.getByText('1').waitFor();
      await until(
        () => reaction.getAttribute('aria-label'),
        (label) => label === '🎉 by Bruno Keller',
      );
      await reaction.click();
      await onScreen(bruno.page).message('react to me').locator('.reaction').getByText('2').waitFor();
      await reaction.click();
      await act(bruno, 'react to me', 'React', '🎉');
      await reaction.waitFor({ state: 'detached' });
    });

    test('any emoji is a reaction', async () => {
      await act(bruno, 'react to me', 'React', 'Another emoji');
      await bruno.page.locator('emoji-picker input').fill('birthday cake');
      await bruno.page.locator('emoji-picker #search-results button').first().click();
      await onScreen(ada.page).message('react to me').getByRole('button', { name: /^🎂/ }).waitFor();
    });

    test('an edit shows the new text and says so; Escape leaves it as it was', async () => {
      await say('a tpyo');
      const { field } = onScreen(ada.page);
      await act(ada, 'a tpyo', 'Message actions', 'Edit');
      await until(
        () => field.inputValue(),
        (text) => text === 'a tpyo',
      );
      await ada.page.keyboard.press('Escape');
      await until(
        () => field.inputValue(),
        (text) => text === '',
      );
      await act(ada, 'a tpyo', 'Message actions', 'Edit');
      await ada.page.locator('.editing-bar').waitFor();
      await field.fill('a typo, mended');
      await field.press('Enter');
      await onScreen(bruno.page).message('a typo, mended').getByRole('button', { name: 'edited' }).click();
      const { dialog } = onScreen(bruno.page);
      await dialog.getByText('a tpyo', { exact: true }).waitFor();
      expect(await dialog.locator('.edit-text').allTextContents()).toEqual(['a typo, mended', 'a tpyo']);
      await bruno.page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    });

    test('a message deleted for everyone leaves its place, one deleted for oneself stays for the other', async () => {
      await say('gone for all');
      await act(ada, 'gone for all', 'Message actions', 'Delete for everyone');
      await onScreen(ada.page).dialog.getByRole('button', { name: 'Delete for everyone' }).click();
      await bruno.page.locator('.message', { hasText: 'This message was deleted' }).waitFor();
      await onScreen(bruno.page).row('Climbers').getByText('This message was deleted').waitFor();
      await say('gone for me');
      await act(bruno, 'gone for me', 'Message actions', 'Delete for me');
      await bruno.page.locator('.message', { hasText: 'for yourself' }).waitFor();
      expect(await onScreen(ada.page).message('gone for me').count()).toBe(1);
    });

    test('a reply carries what it answers, and a press on that shows it', async () => {
      await say('a question');
      await act(bruno, 'a question', 'Message actions', 'Reply');
      await send(bruno.page, 'an answer');
      const quote = onScreen(ada.page).message('an answer').locator('.quote');
      await quote.getByText('a question').waitFor();
      await quote.click();
      await ada.page.locator('.message.is-highlighted', { hasText: 'a question' }).waitFor();
    });

    test('a message is forwarded, and says whose it was', async () => {
      await say('worth passing on');
      const direct = await stage().direct(bruno, ada);
      await onScreen(bruno.page).row('Ada Laurent').waitFor();
      await act(bruno, 'worth passing on', 'Message actions', 'Forward');
      await onScreen(bruno.page)
        .dialog.getByRole('option', { name: /Ada Laurent/ })
        .click();
      await bruno.page
        .getByText('Forwarded from You')
        .or(bruno.page.getByText('Forwarded from Ada Laurent'))
        .waitFor();
      expect(
        (await ada.storm.api.listMessages({ params: { conversationId: direct } })).messages,
      ).toMatchObject([{ text: 'worth passing on', forwarded: { senderId: ada.user.id } }]);
      await onScreen(bruno.page).row('Climbers').click();
      await onScreen(bruno.page).field.waitFor();
    });

    test('one sees that a message was delivered, then that it was read', async () => {
      const other = await stage().actor('Cleo');
      const id = await stage().direct(ada, other);
      await onScreen(ada.page).row('Cleo').click();
      await send(ada.page, 'are you there');
      const state = onScreen(ada.page).message('are you there').locator('.send-state');
      await until(
        () => state.getAttribute('aria-label'),
        (label) => label === 'Sent',
      );
      const cleo = await stage().visit(other);
      await until(
        () => state.getAttribute('aria-label'),
        (label) => label === 'Delivered',
      );
      await cleo.page.goto(`${stage().url}/c/${id}`);
      await until(
        () => state.getAttribute('aria-label'),
        (label) => label === 'Read',
      );
      expect(cleo.faults).toEqual([]);
      await cleo.context.close();
    });

    test('one sees who is there and who is typing', async () => {
      const id = await stage().direct(ada, bruno);
      for (const { page } of [ada, bruno]) await page.goto(`${stage().url}/c/${id}`);
      await ada.page.locator('.subtitle', { hasText: 'Online' }).waitFor();
      await onScreen(bruno.page).field.pressSequentially('hm');
      await ada.page.locator('.typing-line', { hasText: 'Bruno is typing…' }).waitFor();
      await bruno.context.close();
      await ada.page.locator('.subtitle', { hasText: 'Last seen' }).waitFor({ timeout: 30_000 });
      bruno = await stage().visit(bruno, { at });
      await ada.page.goto(`${stage().url}/c/${at}`);
      await onScreen(ada.page).field.waitFor();
    });

    test('messages are found by words and operators, and shown where they stand', async () => {
      await say('the quick brown fox');
      await ada.page.keyboard.press('Control+Shift+f');
      const { dialog } = onScreen(ada.page);
      await until(
        async () => {
          await dialog.getByRole('combobox').fill('');
          await dialog.getByRole('combobox').fill('brown from:me in:climbers');
          return dialog
            .getByRole('option', { name: /quick brown fox/ })
            .waitFor({ timeout: 2_000 })
            .then(
              () => true,
              () => false,
            );
        },
        (isFound) => isFound,
      );
      expect(await dialog.locator('.found-text mark').first().textContent()).toBe('brown');
      await dialog.getByRole('combobox').press('Enter');
      await ada.page.locator('.message.is-highlighted', { hasText: 'quick brown fox' }).waitFor();
    });

    test('pin and mute are on all devices of one person', async () => {
      const { button, row } = onScreen(ada.page);
      const tablet = await stage().visit(ada);
      await button('Conversation actions').click();
      await ada.page.getByRole('menuitem', { name: 'Pin' }).click();
      await onScreen(tablet.page).row('Climbers').getByRole('img', { name: 'Pinned' }).waitFor();
      await button('Conversation actions').click();
      await ada.page.getByRole('menuitem', { name: 'Mute for 8 hours' }).click();
      await onScreen(tablet.page).row('Climbers').getByRole('img', { name: 'Muted' }).waitFor();
      await row('Climbers').getByRole('img', { name: 'Muted' }).waitFor();
      const { conversations } = await ada.storm.api.listConversations({ query: { id: at } });
      const leftMs = Date.parse(conversations[0]?.settings.mutedUntil ?? '') - Date.now();
      expect(leftMs / 3_600_000).toBeCloseTo(8, 0);
      await button('Conversation actions').click();
      await ada.page.getByRole('menuitem', { name: /^Unmute/ }).click();
      await onScreen(tablet.page)
        .row('Climbers')
        .getByRole('img', { name: 'Muted' })
        .waitFor({ state: 'detached' });
      await ada.storm.api.changeSettings({
        params: { conversationId: at },
        body: { key: 'a-mute-that-ends', mutedUntil: new Date(Date.now() + 8_000).toISOString() },
      });
      await row('Climbers').getByRole('img', { name: 'Muted' }).waitFor();
      await row('Climbers').getByRole('img', { name: 'Muted' }).waitFor({ state: 'detached' });
      await tablet.context.close();
    });

    test('of a group that is too large for one answer, the rest is a press away', async () => {
      const tablet = await stage().visit(ada);
      // As if one page were one member long.
      await tablet.page.route(`**/conversations/${at}`, async (route) => {
        const response = await route.fetch();
        const body = await response.json();
        await route.fulfill({ response, json: { ...body, members: body.members.slice(0, 1) } });
      });
      await onScreen(tablet.page).row('Climbers').click();
      await onScreen(tablet.page).button('Details').click();
      await tablet.page.locator('.member-row').waitFor();
      await onScreen(tablet.page).button('Show more (1)').click();
      await tablet.page.locator('.member-row', { hasText: 'Bruno Keller' }).waitFor();
      expect(
        await onScreen(tablet.page)
          .button(/^Show more/)
          .count(),
      ).toBe(0);
      await tablet.context.close();
    });

    test('a group gets another name, and a member another role', async () => {
      const { button } = onScreen(ada.page);
      await button('Details').click();
      await button('Rename').click();
      await ada.page.getByRole('textbox', { name: 'Name of the group' }).fill('Alpinists');
      await button('Save').click();
      await bruno.page.getByRole('heading', { name: 'Alpinists' }).waitFor();
      await button('More: Bruno Keller').click();
      await ada.page.getByRole('menuitem', { name: 'Make admin' }).click();
      await onScreen(bruno.page).button('Details').click();
      await onScreen(bruno.page).button('Add people').waitFor();
      await button('Close').click();
    });
  });
