import { isStored, onScreen, send, textsOf, until } from './on-screen.ts';
import type { Visitor, WebStage } from './web-stage.ts';

export const talking = (stage: () => WebStage) =>
  describe('two people talk', () => {
    let ada: Visitor;
    let bruno: Visitor;
    beforeAll(async () => {
      const [one, other] = await Promise.all([stage().actor('Ada Laurent'), stage().actor('Bruno Keller')]);
      [ada, bruno] = await Promise.all([stage().visit(one), stage().visit(other)]);
    }, 120_000);
    afterAll(async () => {
      expect([ada.faults, bruno.faults]).toEqual([[], []]);
      await Promise.all([ada, bruno].map(({ context }) => context.close()));
    });

    test('a direct conversation begins, and the other one sees it with its unread count', async () => {
      const { button, dialog, field } = onScreen(ada.page);
      await button('New conversation').first().click();
      await ada.page.locator('dialog [role=combobox]:focus').waitFor();
      await ada.page.keyboard.type(bruno.user.username);
      await dialog.getByRole('option', { name: `@${bruno.user.username}` }).click();
      await button('Start').click();
      await field.waitFor();
      await send(ada.page, 'Hello Bruno');
      await isStored(onScreen(ada.page).message('Hello Bruno'));
      await onScreen(bruno.page)
        .row('Ada Laurent')
        .getByText('1 unread message')
        .waitFor({ state: 'attached' });
      await until(
        () => bruno.page.title(),
        (title) => title.startsWith('(1)'),
      );
      const icon = () => bruno.page.getAttribute('link[rel=icon]', 'href');
      expect(await icon()).toContain('circle');
    });

    test('opening it reads it, and answers come live, each once', async () => {
      await onScreen(bruno.page).row('Ada Laurent').click();
      await onScreen(bruno.page).message('Hello Bruno').waitFor();
      await until(
        () => bruno.page.title(),
        (title) => title.startsWith('Ada Laurent'),
      );
      for (const n of [1, 2, 3]) await send(bruno.page, `answer ${n}`);
      await onScreen(ada.page).message('answer 3').waitFor();
      expect(await textsOf(ada.page)).toEqual(['Hello Bruno', 'answer 1', 'answer 2', 'answer 3']);
      expect(await textsOf(bruno.page)).toEqual(['Hello Bruno', 'answer 1', 'answer 2', 'answer 3']);
    });

    test('a screen reader is told what came', async () => {
      await send(bruno.page, 'can you hear me');
      await until(
        () => ada.page.locator('[role=log][aria-live=polite]').textContent(),
        (said) => said === 'Bruno Keller: can you hear me',
      );
    });

    test('markdown, code and links are drawn; addresses open elsewhere', async () => {
      await ada.storm.send(await idOf(ada), {
        text: '**bold** and `code` and https://example.org/a\n\n```\nlet a = 1;\n```',
      });
      const message = bruno.page.locator('.message', { hasText: 'bold and code' });
      expect(await message.locator('strong').textContent()).toBe('bold');
      expect(await message.locator('pre code').textContent()).toBe('let a = 1;\n');
      const link = message.locator('a');
      expect(await link.getAttribute('href')).toBe('https://example.org/a');
      expect(await link.getAttribute('rel')).toContain('noopener');
    });

    test('an emoji is picked, and lies in the field where the caret was', async () => {
      const { button, field } = onScreen(ada.page);
      await field.fill('cake ');
      await button('Emoji').click();
      await ada.page.locator('emoji-picker input').fill('birthday cake');
      await ada.page.locator('emoji-picker #search-results button').first().click();
      await until(
        () => field.inputValue(),
        (text) => text === 'cake 🎂',
      );
      await field.press('Enter');
      await onScreen(bruno.page).message('cake 🎂').waitFor();
    });

    test('a group: made, people mentioned with completion, added, removed, left', async () => {
      const chiara = await stage().visit(await stage().actor('Chiara Rossi'));
      const { button, dialog, field } = onScreen(ada.page);
      await button('New conversation').first().click();
      for (const { user } of [bruno, chiara]) {
        await dialog.getByRole('combobox').fill(user.username);
        await dialog.getByRole('option', { name: `@${user.username}` }).click();
      }
      await dialog.getByLabel('Name of the group').fill('Climbers');
      await button('Create group').click();
      await ada.page.getByRole('heading', { name: 'Climbers' }).waitFor();
      await field.pressSequentially('hi @chia');
      await ada.page.getByRole('listbox', { name: 'People to mention' }).waitFor();
      await field.press('Tab');
      expect(await field.inputValue()).toBe(`hi @${chiara.user.username} `);
      await field.press('Enter');
      await onScreen(chiara.page).row('Climbers').click();
      await chiara.page.locator('.message mark', { hasText: `@${chiara.user.username}` }).waitFor();
      await field.pressSequentially('hello @al');
      await ada.page.getByRole('option', { name: /Everybody in the group/ }).waitFor();
      await field.press('Tab');
      await field.press('Enter');
      await chiara.page.locator('.message mark', { hasText: '@all' }).waitFor();

      await button('Details').click();
      await ada.page.getByText('3 members').first().waitFor();
      await ada.page.getByRole('button', { name: `More: ${chiara.user.displayName}` }).click();
      await ada.page.getByRole('menuitem', { name: /^Remove/ }).click();
      await dialog.getByRole('button', { name: /^Remove/ }).click();
      await chiara.page.getByText('This conversation is not here').waitFor();
      await ada.page.getByText('2 members').first().waitFor();
      await button('Add people').click();
      await dialog.getByRole('combobox').fill(chiara.user.username);
      await dialog.getByRole('option', { name: `@${chiara.user.username}` }).click();
      await dialog.getByRole('button', { name: 'Add people' }).click();
      await ada.page.getByText('3 members').first().waitFor();
      await onScreen(chiara.page).row('Climbers').click();
      await onScreen(chiara.page).button('Details').click();
      await onScreen(chiara.page).button('Leave group').click();
      await onScreen(chiara.page).dialog.getByRole('button', { name: 'Leave group' }).click();
      await chiara.page.getByText('No conversations yet').waitFor();
      await ada.page.getByText('2 members').first().waitFor();
      await button('Close').click();
      expect(chiara.faults).toEqual([]);
      await chiara.context.close();
    });

    test('what speaks to one is listed, by name or to all, and shown where it stands', async () => {
      const climbers = (await ada.storm.api.listConversations()).conversations.find(
        ({ name }) => name === 'Climbers',
      );
      if (climbers === undefined) throw new Error('no group');
      await ada.storm.send(climbers.id, { text: `rope for @${bruno.user.username}` });
      await ada.storm.send(climbers.id, { text: 'not for anybody@here.org' });
      const { dialog } = onScreen(bruno.page);
      await until(
        async () => {
          await bruno.page.keyboard.press('Control+Shift+m');
          await dialog.waitFor();
          const option = dialog.getByRole('option', { name: /rope for/ });
          const isThere = await option.waitFor({ timeout: 2_000 }).then(
            () => true,
            () => false,
          );
          if (!isThere) await bruno.page.keyboard.press('Escape');
          return isThere;
        },
        (isThere) => isThere,
      );
      expect(await dialog.locator('.found-text').allTextContents()).toEqual([
        `rope for @${bruno.user.username}`,
        'hello @all',
      ]);
      await bruno.page.keyboard.press('Enter');
      await bruno.page.locator('.message.is-highlighted', { hasText: 'rope for' }).waitFor();
      await bruno.page.goBack();
    });

    test('Ctrl-K finds a conversation, and everything there is done by keyboard', async () => {
      const { field, row } = onScreen(ada.page);
      await ada.page.keyboard.press('Control+k');
      await ada.page.locator('dialog [role=combobox]:focus').waitFor();
      await ada.page.keyboard.type('bruno');
      await ada.page.keyboard.press('Enter');
      await ada.page.getByRole('heading', { name: 'Bruno Keller' }).waitFor();
      await until(
        () => focused(ada),
        (id) => id === 'composer',
      );
      await ada.page.keyboard.press('Alt+ArrowDown');
      await until(
        () => row('Climbers').getAttribute('aria-current'),
        (current) => current === 'page',
      );
      await ada.page.keyboard.press('Alt+ArrowUp');
      await until(
        () => row('Bruno Keller').getAttribute('aria-current'),
        (current) => current === 'page',
      );
      await field.focus();
      await ada.page.keyboard.press('ArrowUp');
      await until(
        () => ada.page.evaluate('document.activeElement.className'),
        (name) => String(name).includes('message'),
      );
      await ada.page.keyboard.press('Enter');
      await ada.page.getByRole('menuitem', { name: 'Copy text' }).waitFor();
      await ada.page.keyboard.press('Escape');
      await ada.page.keyboard.press('Escape');
      await until(
        () => focused(ada),
        (id) => id === 'composer',
      );
      await ada.page.keyboard.press('Control+k');
      await ada.page.locator('dialog [role=combobox]:focus').waitFor();
      await ada.page.keyboard.press('Escape');
      await ada.page.keyboard.press('Control+/');
      await ada.page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor();
      await ada.page.keyboard.press('Escape');
      await until(
        () => focused(ada),
        (id) => id === 'composer',
      );
    });
  });

const focused = ({ page }: Visitor): Promise<string> => page.evaluate('document.activeElement?.id ?? ""');

async function idOf({ storm, page }: Visitor) {
  const { conversations } = await storm.api.listConversations();
  const found = conversations.find(({ id }) => page.url().includes(id)) ?? conversations[0];
  if (found === undefined) throw new Error('no conversation');
  return found.id;
}
