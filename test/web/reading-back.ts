import type { ConversationId } from '@storm/contracts';
import { onScreen, textsOf, until } from './on-screen.ts';
import type { Actor, Visitor, WebStage } from './web-stage.ts';

const count = 300;

export const readingBack = (stage: () => WebStage) =>
  describe('a long conversation', () => {
    let ada: Actor;
    let bruno: Actor;
    let id: ConversationId;
    let reader: Visitor;
    beforeAll(async () => {
      [ada, bruno] = await Promise.all([stage().actor('Ada'), stage().actor('Bruno')]);
      id = await stage().direct(ada, bruno);
      await stage().talk(id, [ada], count);
      await bruno.storm.markRead(id, 180);
      reader = await stage().visit(bruno, { at: id });
    }, 150_000);
    afterAll(async () => {
      expect(reader.faults).toEqual([]);
      await reader.context.close();
    });

    const scrollBy = (px: number) =>
      reader.page.evaluate(`document.querySelector('.timeline-scroller')?.scrollBy(0, ${px})`);
    /** Until nothing has moved for so many frames: all is measured that is drawn. */
    const atRest = () =>
      reader.page.evaluate(`new Promise((resolve, reject) => {
        let before = '';
        let still = 0;
        let left = 1_200;
        const look = () => {
          const place = document.querySelector('.timeline-scroller');
          const tops = [...document.querySelectorAll('.message')].map((row) => row.getBoundingClientRect().top);
          const now = [place?.scrollTop, place?.scrollHeight, ...tops].join();
          still = now === before ? still + 1 : 0;
          before = now;
          if (still === 20) resolve();
          else if (left-- === 0) reject(new Error('it never came to rest'));
          else requestAnimationFrame(look);
        };
        look();
      })`);
    const firstInView = () =>
      reader.page.evaluate<string>(`(() => {
        const { top } = document.querySelector('.timeline-scroller').getBoundingClientRect();
        const isInView = (row) => row.getBoundingClientRect().top >= top;
        return [...document.querySelectorAll('.message .text')].find(isInView).textContent.trim();
      })()`);
    const topOf = async (text: string): Promise<number | undefined> =>
      (await onScreen(reader.page).message(text).first().boundingBox())?.y;

    test('opens at its end, in order', async () => {
      await onScreen(reader.page).message(`message ${count}`).waitFor();
      const seen = await until(
        () => textsOf(reader.page),
        (texts) => texts.at(-1) === `message ${count}`,
      );
      const first = Number(seen[0]?.split(' ')[1]);
      expect(seen).toEqual(Array.from({ length: seen.length }, (_, n) => `message ${first + n}`));
    });

    test('the first unread is a press away, below its line', async () => {
      await onScreen(reader.page)
        .button(/new messages/)
        .click();
      await onScreen(reader.page).message('message 181').waitFor();
      await reader.page.locator('.new-line').waitFor();
      await onScreen(reader.page).button('Jump to the latest message').click();
      await onScreen(reader.page).message(`message ${count}`).waitFor();
    });

    test('older messages come as one scrolls up, and what is looked at keeps its place', async () => {
      await until(
        async () => {
          await scrollBy(-900);
          return (await textsOf(reader.page))[0] ?? '';
        },
        (first) => Number(first.split(' ')[1]) < 150,
        30_000,
      );
      const inView = await firstInView();
      const before = (await topOf(inView)) ?? Number.NaN;
      await atRest();
      expect(Math.abs(((await topOf(inView)) ?? Number.NaN) - before)).toBeLessThan(3);
      await until(
        async () => {
          await scrollBy(-1_500);
          return textsOf(reader.page);
        },
        (texts) => texts[0] === 'message 1',
        30_000,
      );
      await reader.page.getByText('This is where it begins').waitFor();
      await reader.page.locator('.day-line').first().waitFor();
    });

    test('a link to a message shows it, and one comes back', async () => {
      await onScreen(reader.page).button('Jump to the latest message').click();
      await onScreen(reader.page).message(`message ${count}`).waitFor();
      await reader.page.goto(`${stage().url}/c/${id}#at=42`);
      await reader.page.reload();
      await onScreen(reader.page).message('message 42').waitFor();
      await reader.page.locator('.message.is-highlighted', { hasText: 'message 42' }).waitFor();
      await onScreen(reader.page).button('Jump to the latest message').click();
      await onScreen(reader.page).message(`message ${count}`).waitFor();
    });

    test('from an answer one jumps to what it answers, and back to where one was', async () => {
      await ada.storm.send(id, { text: 'as I said long ago', replyTo: 20 });
      await onScreen(reader.page).message('as I said long ago').locator('.quote').click();
      await reader.page.locator('.message.is-highlighted', { hasText: 'message 20' }).waitFor();
      await onScreen(reader.page).button('Back to where you were').click();
      await onScreen(reader.page).message('as I said long ago').waitFor();
      await onScreen(reader.page).message('message 20').waitFor({ state: 'detached' });
    });

    test('newer messages come as one scrolls down from further up', async () => {
      await reader.page.goto(`${stage().url}/c/${id}#at=30`);
      await reader.page.reload();
      await onScreen(reader.page).message('message 30').waitFor();
      const seen = new Set<string>();
      await until(
        async () => {
          // Before it is scrolled on: the first may be out of sight after one step.
          for (const text of await textsOf(reader.page)) seen.add(text);
          await scrollBy(400);
          return seen.has(`message ${count}`);
        },
        (isAtEnd) => isAtEnd,
      );
      for (let n = 30; n <= count; n++) expect(seen).toContain(`message ${n}`);
    });

    test('a new message does not pull away who reads further up', async () => {
      await reader.page.goto(`${stage().url}/c/${id}`);
      await reader.page.reload();
      await onScreen(reader.page).message(`message ${count}`).waitFor();
      await scrollBy(-900);
      await onScreen(reader.page).button('Jump to the latest message').waitFor();
      await atRest();
      const inView = await firstInView();
      const before = (await topOf(inView)) ?? Number.NaN;
      await ada.storm.send(id, { text: 'the newest' });
      await onScreen(reader.page).row('Ada').getByText('the newest').waitFor();
      await atRest();
      expect(Math.abs(((await topOf(inView)) ?? Number.NaN) - before)).toBeLessThan(3);
      await onScreen(reader.page).button('Jump to the latest message').click();
      await onScreen(reader.page).message('the newest').waitFor();
    });
  });
