import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onScreen, until } from './on-screen.ts';
import { password, type WebStage } from './web-stage.ts';

export const accounts = (stage: () => WebStage) =>
  describe('accounts', () => {
    test('somebody new signs up, stays signed in over a reload, signs out and in again', async () => {
      const { page, context, faults } = await stage().stranger();
      const { button, dialog } = onScreen(page);
      const username = `nora-${Date.now().toString(36)}`;
      await page.goto(stage().url);
      await button('Create account').click();
      await page.getByLabel('Name', { exact: true }).fill('Nora');
      await page.getByLabel('Username').fill(username);
      await page.locator('#password').fill(password);
      await button('Create account').first().click();
      await page.getByText('No conversations yet').waitFor();
      await page.reload();
      await page.getByText('No conversations yet').waitFor();

      await button('Settings').click();
      await dialog.getByText('Nora', { exact: true }).waitFor();
      await dialog
        .locator('.device', { hasText: 'This device' })
        .getByText(/^Chrome on /)
        .waitFor();
      await dialog.getByRole('button', { name: 'Sign out', exact: true }).click();
      await page.getByLabel('Username').fill(username);
      await page.locator('#password').fill('not the password');
      await button('Sign in').click();
      await page.getByText('Username or password is wrong.').waitFor();
      await page.locator('#password').fill(password);
      await button('Sign in').click();
      await page.getByText('No conversations yet').waitFor();
      expect(faults).toEqual([]);
      await context.close();
    });

    test('the demo prints two logins, and there is something to look at behind each', async () => {
      const script = fileURLToPath(new URL('../demo/run.mjs', import.meta.url));
      const env = { ...process.env, STORM_URL: stage().platform.url };
      const { stdout } = await promisify(execFile)(process.execPath, [script, 'fill'], { env });
      const logins = [...stdout.matchAll(/demo login +(\S+) +(\S+)/g)];
      expect(logins).toHaveLength(2);
      for (const [, username = '', secret = ''] of logins) {
        const { page, context, faults } = await stage().stranger();
        await page.goto(stage().url);
        await page.getByLabel('Username').fill(username);
        await page.locator('#password').fill(secret);
        await page.keyboard.press('Enter');
        await onScreen(page).row('Saturday in the mountains').click();
        await page.locator('.picture img').first().waitFor();
        expect(faults).toEqual([]);
        await context.close();
      }
    });

    test('signing out in one tab signs the other one out', async () => {
      const visitor = await stage().visit(await stage().actor('Olga'));
      const other = await visitor.context.newPage();
      await other.goto(stage().url);
      await other.getByText('No conversations yet').waitFor();
      await onScreen(visitor.page).button('Settings').click();
      await onScreen(visitor.page).dialog.getByRole('button', { name: 'Sign out', exact: true }).click();
      await other.locator('#username').waitFor();
      // Chromium never answers who closes a context while a page of it is on its way to another address.
      await visitor.page.locator('#username').waitFor();
      await visitor.context.close();
    });

    test('signing out everywhere ends the other devices too', async () => {
      const actor = await stage().actor('Quentin');
      const [one, other] = [await stage().visit(actor), await stage().visit(actor)];
      await onScreen(one.page).button('Settings').click();
      await onScreen(one.page).dialog.getByRole('button', { name: 'Sign out everywhere' }).click();
      await one.page.locator('#username').waitFor();
      await other.page.locator('#username').waitFor();
      await other.page.getByText('Your session has ended').waitFor();
      await Promise.all([one, other].map(({ context }) => context.close()));
    });

    test('one device of several is signed out from another', async () => {
      const actor = await stage().actor('Petra');
      const [one, other] = [await stage().visit(actor), await stage().visit(actor)];
      await onScreen(one.page).button('Settings').click();
      const { dialog } = onScreen(one.page);
      await dialog.getByText('This device').waitFor();
      // The newest first: the other browser's. The one that made the account is the third.
      await until(
        () => dialog.locator('.device').count(),
        (count) => count === 3,
      );
      await dialog
        .locator('.device')
        .first()
        .getByRole('button', { name: /^Sign out/ })
        .click();
      await other.page.getByText('Your session has ended').waitFor();
      await until(
        () => dialog.locator('.device').count(),
        (count) => count === 2,
      );
      await one.page.getByText('No conversations yet').waitFor({ state: 'attached' });
      await Promise.all([one, other].map(({ context }) => context.close()));
    });

    test('the language changes at once and is kept', async () => {
      const { page, context } = await stage().visit(await stage().actor('Paul'));
      const { button, dialog } = onScreen(page);
      await button('Settings').click();
      await dialog.getByText('Français').click();
      await page.getByRole('heading', { name: 'Paramètres' }).waitFor();
      await page.reload();
      await page.getByText('Aucune conversation').waitFor();
      expect(await page.getAttribute('html', 'lang')).toBe('fr');
      await context.close();
    });

    test('light, dark and the system are a choice', async () => {
      const { page, context } = await stage().visit(await stage().actor('Rosa'), {
        browser: { colorScheme: 'dark' },
      });
      const { button, dialog } = onScreen(page);
      const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
      const dark = await background();
      await button('Settings').click();
      await dialog.getByText('Light').click();
      const light = await until(background, (colour) => colour !== dark);
      await dialog.getByText('Dark').click();
      await until(background, (colour) => colour === dark);
      expect(light).not.toBe(dark);
      await context.close();
    });
  });
