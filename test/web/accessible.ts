import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { takePicture } from '../demo/take-picture.ts';
import { onScreen } from './on-screen.ts';
import type { Visitor, WebStage } from './web-stage.ts';

const themes = ['light', 'dark'] as const;

/** What axe-core finds wrong with a screen, in both themes. */
async function violations(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    const axe = new AxeBuilder({ page });
    // All but the colours is the same in both.
    if (theme === 'dark') axe.withRules(['color-contrast']);
    else axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']);
    const { violations: all } = await axe.analyze();
    for (const { id, nodes } of all)
      found.push(
        `${theme}: ${id}: ${nodes.map(({ html, any }) => `${html.slice(0, 160)} ${any[0]?.message ?? ''}`).join(' | ')}`,
      );
  }
  return found;
}

export const accessible = (stage: () => WebStage) =>
  describe('axe-core finds nothing wrong, light and dark', () => {
    let ada: Visitor;
    beforeAll(async () => {
      const [one, other] = await Promise.all([stage().actor('Ada Laurent'), stage().actor('Bruno Keller')]);
      const id = await stage().group('Climbers', one, other);
      const data = await takePicture('ridge');
      const { id: mediaId } = await other.storm.upload(id, {
        data,
        name: 'ridge.jpg',
        contentType: 'image/jpeg',
      });
      await other.storm.send(id, { text: 'look', mediaIds: [mediaId] });
      await other.storm.send(id, {
        text: `**bold** \`code\` https://example.org @${one.user.username}\n\n> quoted`,
      });
      await one.storm.send(id, { text: 'mine, with [a link](https://example.org) and `code`' });
      await other.storm.send(id, { text: 'unread' });
      ada = await stage().visit(one, { at: id });
      await onScreen(ada.page).message('unread').waitFor();
    }, 120_000);
    afterAll(async () => ada.context.close());

    const close = () => ada.page.keyboard.press('Escape');

    test('signing in and up', async () => {
      const { page, context } = await stage().stranger();
      await page.goto(stage().url);
      await page.locator('#username').waitFor();
      expect(await violations(page)).toEqual([]);
      await onScreen(page).button('Create account').click();
      expect(await violations(page)).toEqual([]);
      await context.close();
    });

    test('an empty list', async () => {
      const { page, context } = await stage().visit(await stage().actor('Nobody'));
      await page.getByText('No conversations yet').waitFor();
      expect(await violations(page)).toEqual([]);
      await context.close();
    });

    test('a conversation, its members and a menu', async () => {
      await ada.page.locator('.picture img').waitFor({ timeout: 30_000 });
      expect(await violations(ada.page)).toEqual([]);
      await onScreen(ada.page).button('Details').click();
      await ada.page.locator('.member-row').first().waitFor();
      await ada.page.getByRole('button', { name: /^More/ }).click();
      expect(await violations(ada.page)).toEqual([]);
      await close();
      await onScreen(ada.page).button('Close').click();
    });

    test.each([
      ['the switcher', 'Control+k'],
      ['the shortcuts', 'Control+/'],
      ['the search of messages', 'Control+Shift+f'],
      ['the mentions', 'Control+Shift+m'],
    ])('%s', async (_name, keys) => {
      await ada.page.keyboard.press(keys);
      await onScreen(ada.page).dialog.waitFor();
      expect(await violations(ada.page)).toEqual([]);
      await close();
    });

    test.each(['New conversation', 'Settings'])('%s', async (name) => {
      await onScreen(ada.page).button(name).first().click();
      await onScreen(ada.page).dialog.waitFor();
      expect(await violations(ada.page)).toEqual([]);
      await close();
    });

    test('the viewer and the emoji', async () => {
      await onScreen(ada.page).button('Open ridge.jpg').click();
      await onScreen(ada.page).dialog.locator('img:not(.is-preview)').waitFor();
      expect(await violations(ada.page)).toEqual([]);
      await close();
      await onScreen(ada.page).button('Emoji').click();
      await ada.page.locator('emoji-picker button.emoji').first().waitFor();
      expect(await violations(ada.page)).toEqual([]);
      await close();
    });

    test('a telephone', async () => {
      await ada.page.setViewportSize({ width: 390, height: 844 });
      expect(await violations(ada.page)).toEqual([]);
      await onScreen(ada.page).button('Back').click();
      await onScreen(ada.page).row('Climbers').waitFor();
      expect(await violations(ada.page)).toEqual([]);
    });
  });
