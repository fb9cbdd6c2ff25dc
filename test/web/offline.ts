import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConversationId } from '@storm/contracts';
import type { Page } from 'playwright-core';
import { isStored, onScreen, send, until } from './on-screen.ts';
import { password, type Visitor, type WebStage } from './web-stage.ts';

export const offline = (stage: () => WebStage) =>
  describe('it starts without the network', () => {
    let ada: Visitor;
    let bruno: Visitor;
    let at: ConversationId;
    beforeAll(async () => {
      const [one, other] = await Promise.all([stage().actor('Ada'), stage().actor('Bruno')]);
      at = await stage().direct(one, other);
      await stage().talk(at, [one, other], 5);
      [ada, bruno] = await Promise.all([stage().visit(one, { at }), stage().visit(other, { at })]);
    }, 120_000);
    afterEach(() => stage().proxy.mend());
    afterAll(async () => {
      expect([ada.faults, bruno.faults]).toEqual([[], []]);
      await Promise.all([ada, bruno].map(({ context }) => context.close()));
    });

    test('the list, the messages and what is written meanwhile are there, and it goes out later', async () => {
      await onScreen(ada.page).message('message 5').waitFor();
      await isControlled(ada.page);
      await isCached(ada.page, at);
      stage().proxy.cut();
      await ada.page.reload();
      await onScreen(ada.page).row('Bruno').waitFor();
      await onScreen(ada.page).message('message 5').waitFor();
      await ada.page.locator('.connection.is-shown').waitFor();
      await send(ada.page, 'from the tunnel');
      await onScreen(ada.page).message('from the tunnel').waitFor();
      await ada.page.reload();
      await onScreen(ada.page).message('from the tunnel').waitFor();
      stage().proxy.mend();
      await isStored(onScreen(ada.page).message('from the tunnel'));
      await onScreen(bruno.page).message('from the tunnel').waitFor();
      expect(await onScreen(ada.page).message('from the tunnel').count()).toBe(1);
    });

    test('what came while it was closed stands below what was kept', async () => {
      await onScreen(ada.page).message('from the tunnel').waitFor();
      await isCached(ada.page, at);
      await ada.page.goto('about:blank');
      await bruno.storm.send(at, { text: 'while you were away' });
      await ada.page.goto(`${stage().url}/c/${at}`);
      await onScreen(ada.page).message('while you were away').waitFor();
      await onScreen(ada.page).message('message 5').waitFor();
    });

    test('nothing of anybody is left in the browser when they sign out', async () => {
      await isCached(ada.page, at);
      await onScreen(ada.page).button('Settings').click();
      await onScreen(ada.page).dialog.getByRole('button', { name: 'Sign out', exact: true }).click();
      await ada.page.locator('#username').waitFor();
      await until(
        () => keptIn(ada.page),
        (kept) => kept.length === 0,
      );
    });

    test('below a path prefix too', async () => {
      const prefixed = await startPrefix('/chat', stage().url);
      const { page, context, faults } = await stage().stranger();
      await page.goto(`${prefixed.url}/chat/`);
      await page.locator('#username').waitFor();
      expect(await isControlled(page)).toBe(`${prefixed.url}/chat/`);
      await page.locator('#username').fill(bruno.user.username);
      await page.locator('#password').fill(password);
      await onScreen(page).button('Sign in').click();
      await onScreen(page).row('Ada').click();
      await page.waitForURL(`${prefixed.url}/chat/c/${at}`);
      await page.locator('.connection[data-connected=true]').waitFor({ state: 'attached' });
      await send(page, 'from below a path');
      await isStored(onScreen(page).message('from below a path'));
      await onScreen(bruno.page).message('from below a path').waitFor();
      await page.reload();
      await onScreen(page).message('from below a path').waitFor();
      await onScreen(page).button('Settings').click();
      await onScreen(page).dialog.getByRole('button', { name: 'Sign out', exact: true }).click();
      await page.locator('#username').waitFor();
      await prefixed.stop();
      await page.goto(`${prefixed.url}/chat/c/018f0000-0000-7000-8000-000000000001`);
      await page.locator('#username').waitFor();
      expect(faults).toEqual([]);
      await context.close();
    });
  });

/** @returns what the worker answers for */
const isControlled = (page: Page): Promise<string> =>
  page.evaluate<string>(`(async () => {
    const { scope } = await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller === null)
      await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve));
    return scope;
  })()`);

/** Of each conversation that is kept, its id and the last text. */
const keptIn = (page: Page): Promise<string[][]> =>
  page.evaluate<string[][]>(`new Promise((resolve, reject) => {
    const open = indexedDB.open('storm-cache');
    open.onerror = () => reject(open.error);
    open.onsuccess = () => {
      const names = [...open.result.objectStoreNames];
      if (names.length === 0) return resolve([]);
      const all = open.result.transaction('timelines').objectStore('timelines').getAll();
      all.onerror = () => reject(all.error);
      all.onsuccess = () => {
        open.result.close();
        resolve(all.result.map(({ conversationId, messages }) => [conversationId, messages.at(-1)?.text]));
      };
    };
  })`);

/** Kept as it is shown. */
const isCached = async (page: Page, id: ConversationId): Promise<void> => {
  const last = async () => (await page.locator('.message .text').last().textContent())?.trim();
  await until(
    async () => ({ shown: await last(), kept: await keptIn(page) }),
    ({ shown, kept }) => kept.some(([one, text]) => one === id && text === shown),
  );
};

/** An ingress that serves the platform below a path. */
async function startPrefix(prefix: string, to: string): Promise<{ url: string; stop(): Promise<void> }> {
  const tunnels = new Set<Duplex>();
  const server = createServer((asked, answer) => {
    if (!asked.url?.startsWith(prefix)) return void answer.writeHead(404).end();
    const { method, headers } = asked;
    const passed = request(to + asked.url.slice(prefix.length), { method, headers }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    asked.pipe(passed);
  });
  server.on('upgrade', (asked, socket) => {
    const path = asked.url?.slice(prefix.length);
    const passed = request(to + path, { headers: asked.headers });
    passed.once('upgrade', (got, far) => {
      const headers = got.rawHeaders.map((part, at) => part + (at % 2 === 0 ? ': ' : '\r\n')).join('');
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headers}\r\n`);
      socket.pipe(far).pipe(socket);
      for (const [one, other] of [
        [socket, far],
        [far, socket],
      ])
        one?.on('error', () => other?.destroy()).once('close', () => other?.destroy());
      tunnels.add(socket);
    });
    passed.once('error', () => socket.destroy()).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      for (const tunnel of tunnels) tunnel.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
