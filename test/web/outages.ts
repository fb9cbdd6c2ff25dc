import type { ConversationId } from '@storm/contracts';
import type { Page, Route } from 'playwright-core';
import { isStored, onScreen, send, textsOf, until } from './on-screen.ts';
import type { Visitor, WebStage } from './web-stage.ts';

export const outages = (stage: () => WebStage) =>
  describe('nothing is lost, nothing comes twice', () => {
    let ada: Visitor;
    let bruno: Visitor;
    let at: ConversationId;
    beforeEach(async () => {
      const [one, other] = await Promise.all([stage().actor('Ada'), stage().actor('Bruno')]);
      at = await stage().direct(one, other);
      [ada, bruno] = await Promise.all([stage().visit(one, { at }), stage().visit(other, { at })]);
      await Promise.all([ada, bruno].map(({ page }) => connected(page)));
    }, 120_000);
    afterEach(async () => {
      stage().proxy.mend();
      expect([ada.faults, bruno.faults]).toEqual([[], []]);
      await Promise.all([ada, bruno].map(({ context }) => context.close()));
    });

    const stored = async (): Promise<string[]> => {
      const { messages } = await ada.storm.api.listMessages({ params: { conversationId: at } });
      return messages.map(({ text }) => text);
    };
    const expectEverywhere = async (texts: readonly string[]): Promise<void> => {
      for (const { page } of [ada, bruno])
        await until(
          () => textsOf(page),
          (shown) => shown.length >= texts.length,
          40_000,
        );
      expect(await stored()).toEqual(texts);
      expect(await textsOf(ada.page)).toEqual(texts);
      expect(await textsOf(bruno.page)).toEqual(texts);
    };

    test('the line is cut and mended: what was written meanwhile goes out in order, and one catches up', async () => {
      await send(ada.page, 'before');
      await onScreen(bruno.page).message('before').waitFor();
      stage().proxy.cut();
      await ada.page.locator('.connection.is-shown').waitFor();
      for (const n of [1, 2, 3]) await send(ada.page, `in the tunnel ${n}`);
      await onScreen(ada.page)
        .message('in the tunnel 3')
        .getByRole('img', { name: /Waiting|Sending/ })
        .waitFor();
      stage().proxy.mend();
      await ada.page.locator('.connection.is-shown').waitFor({ state: 'detached', timeout: 40_000 });
      await expectEverywhere(['before', 'in the tunnel 1', 'in the tunnel 2', 'in the tunnel 3']);
    });

    test('the gateway is killed while somebody types: the words stay, and go out when it is back', async () => {
      await onScreen(ada.page).field.pressSequentially('half a sent');
      stage().platform.process('gateway').kill('SIGKILL');
      await onScreen(ada.page).field.pressSequentially('ence');
      expect(await onScreen(ada.page).field.inputValue()).toBe('half a sentence');
      await onScreen(ada.page).field.press('Enter');
      await stage().platform.process('gateway').restart();
      await isStored(onScreen(ada.page).message('half a sentence'));
      await connected(bruno.page);
      await expectEverywhere(['half a sentence']);
    });

    test('a tab that is reloaded, or crashes, with unsent messages and a draft has them all', async () => {
      const line = await cutSending(ada);
      for (const n of [1, 2]) await send(ada.page, `unsent ${n}`);
      await onScreen(ada.page).message('unsent 2').waitFor();
      await onScreen(ada.page).field.fill('a draft');
      await draftIsKept(ada, 'a draft');
      const isAllThere = async (page: Page): Promise<void> => {
        for (const n of [1, 2]) await onScreen(page).message(`unsent ${n}`).waitFor();
        await until(
          () => onScreen(page).field.inputValue(),
          (text) => text === 'a draft',
        );
      };
      await ada.page.reload();
      await isAllThere(ada.page);
      ada = { ...ada, page: await afterCrash(ada) };
      await ada.page.goto(`${stage().url}/c/${at}`);
      await isAllThere(ada.page);
      line.mend();
      await expectEverywhere(['unsent 1', 'unsent 2']);
      expect(await onScreen(ada.page).field.inputValue()).toBe('a draft');
    });

    test('a tab that crashes in the moment of Enter has the words: in the field or below the others, once', async () => {
      const line = await cutSending(ada);
      const words = Array.from({ length: 5 }, (_, n) => `at the edge ${n}`);
      for (const [n, text] of words.entries()) {
        await onScreen(ada.page).field.fill(text);
        await draftIsKept(ada, text);
        ada = { ...ada, page: await afterCrash(ada, () => ada.page.keyboard.press('Enter'), n * 3) };
        await ada.page.goto(`${stage().url}/c/${at}`);
        const places = () => Promise.all([textsOf(ada.page), onScreen(ada.page).field.inputValue()] as const);
        const [shown, typed] = await until(places, ([texts, field]) => [...texts, field].includes(text));
        expect([...shown, typed].filter((one) => one === text)).toEqual([text]);
        if (typed === text) await onScreen(ada.page).field.press('Enter');
        await onScreen(ada.page).message(text).waitFor();
      }
      line.mend();
      await expectEverywhere(words);
    });

    test('two tabs of one person agree, offline too, and send each message once', async () => {
      const second = await ada.context.newPage();
      await second.goto(`${stage().url}/c/${at}`);
      await connected(second);
      stage().proxy.cut();
      await ada.page.locator('.connection.is-shown').waitFor();
      await send(ada.page, 'from the first tab');
      await onScreen(second).message('from the first tab').waitFor();
      await send(second, 'from the second tab');
      await onScreen(ada.page).message('from the second tab').waitFor();
      stage().proxy.mend();
      await expectEverywhere(['from the first tab', 'from the second tab']);
      await until(
        () => textsOf(second),
        (texts) => texts.join() === 'from the first tab,from the second tab',
      );
    });

    test('after a sleep, in which the connection died unheard, one catches up without a reload', async () => {
      await ada.page.clock.install();
      await ada.page.reload();
      await connected(ada.page);
      await ada.page.evaluate("window.isTheSame = 'page'");
      stage().proxy.forget();
      await bruno.storm.send(at, { text: 'while you slept' });
      await ada.page.clock.fastForward('08:00:00');
      // Each idle connection that the browser still believes in costs the client its limit for an answer, 10 s.
      await onScreen(ada.page).message('while you slept').waitFor({ timeout: 90_000 });
      await send(ada.page, 'good morning');
      await isStored(onScreen(ada.page).message('good morning'));
      expect(await ada.page.evaluate('window.isTheSame')).toBe('page');
      expect(await stored()).toEqual(['while you slept', 'good morning']);
    });

    test('the browser says that there is no network: it is told at once, and so is its return', async () => {
      await ada.context.setOffline(true);
      await ada.page.getByText('No connection.').waitFor();
      await ada.context.setOffline(false);
      await ada.page.locator('.connection.is-shown').waitFor({ state: 'detached', timeout: 40_000 });
    });

    test('a refused message stays, says so, and can be tried again or discarded', async () => {
      await ada.page.route('**/api/v1/conversations/*/messages', refuse);
      await withoutSocket(ada);
      await ada.page.reload();
      await onScreen(ada.page).field.waitFor();
      await send(ada.page, 'refused');
      await ada.page.locator('.failed-line').waitFor();
      await ada.page.unroute('**/api/v1/conversations/*/messages');
      await onScreen(ada.page).button('Retry').click();
      await onScreen(bruno.page).message('refused').waitFor();
      expect(await stored()).toEqual(['refused']);
      await ada.page.route('**/api/v1/conversations/*/messages', refuse);
      await send(ada.page, 'never mind');
      await onScreen(ada.page).button('Discard').click();
      await onScreen(ada.page).message('never mind').waitFor({ state: 'detached' });
      expect(await stored()).toEqual(['refused']);
    });
  });

const connected = (page: Visitor['page']): Promise<void> =>
  page.locator('.connection[data-connected=true]').waitFor({ state: 'attached', timeout: 40_000 });

/** What is typed is kept a moment later. */
const draftIsKept = ({ page }: Visitor, text: string): Promise<unknown> =>
  until(
    () =>
      page.evaluate<string[]>(`new Promise((resolve, reject) => {
        const open = indexedDB.open('storm');
        open.onerror = () => reject(open.error);
        open.onsuccess = () => {
          const all = open.result.transaction('drafts').objectStore('drafts').getAll();
          all.onerror = () => reject(all.error);
          all.onsuccess = () => { open.result.close(); resolve(all.result.map(({ text }) => text)); };
        };
      })`),
    (kept) => kept.includes(text),
  );

/** Kills the process that draws the page, so long after something has begun in it. @returns a new page of the same browser */
async function afterCrash(
  { context, page }: Visitor,
  begin: () => Promise<void> = async () => undefined,
  afterMs = 0,
): Promise<Page> {
  const devtools = await context.newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  // Neither is answered: who would answer is gone.
  begin().catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  devtools.send('Page.crash').catch(() => undefined);
  await crashed;
  await page.close();
  return context.newPage();
}

/** Everything can be read, nothing can be sent: neither by the socket nor by a request. */
async function cutSending({ context, page }: Visitor): Promise<{ mend(): void }> {
  let isCut = true;
  await context.route('**/messages', (route) =>
    isCut && route.request().method() === 'POST' ? route.abort() : route.fallback(),
  );
  await context.routeWebSocket(/\/ws$/, (socket) => (isCut ? socket.close() : void socket.connectToServer()));
  await page.reload();
  await onScreen(page).field.waitFor();
  return {
    mend() {
      isCut = false;
    },
  };
}

async function refuse(route: Route): Promise<void> {
  if (route.request().method() !== 'POST') return route.fallback();
  const body = { type: 'urn:storm:problem:not-allowed', title: 'No', status: 403, retryable: false };
  await route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify(body) });
}

const withoutSocket = ({ page }: Visitor): Promise<void> =>
  page.routeWebSocket(/\/ws$/, (socket) => socket.close());
