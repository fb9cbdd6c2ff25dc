import type { Locator, Page } from 'playwright-core';

/** Where things are on the screen, by what a person or a screen reader calls them. */
export const onScreen = (page: Page) => ({
  field: page.locator('#composer'),
  row: (name: string | RegExp) => page.locator('.conversation-row', { hasText: name }),
  message: (text: string) =>
    page.locator('.message', { has: page.locator('.text', { hasText: exactly(text) }) }),
  button: (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' }),
  dialog: page.getByRole('dialog'),
});

/** What the timeline shows, from top to bottom. */
export const textsOf = async (page: Page): Promise<string[]> =>
  page
    .locator('.message .text')
    .evaluateAll((all) =>
      (all as unknown as { textContent: string; getBoundingClientRect(): { top: number } }[])
        .toSorted((one, other) => one.getBoundingClientRect().top - other.getBoundingClientRect().top)
        .map(({ textContent }) => textContent),
    );

const exactly = (text: string): RegExp => new RegExp(`^\\s*${text.replace(/[^\w\s]/g, '\\$&')}\\s*$`);

export async function send(page: Page, text: string): Promise<void> {
  const { field } = onScreen(page);
  await field.fill(text);
  await field.press('Enter');
}

/** Waits until it is so. @throws with what it was last */
export async function until<T>(
  read: () => Promise<T> | T,
  fits: (value: T) => boolean,
  timeoutMs = 30_000,
): Promise<T> {
  const endAtMs = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (fits(value)) return value;
    if (Date.now() > endAtMs)
      throw new Error(`still ${JSON.stringify(value)?.slice(0, 2_000)} after ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export const isStored = (message: Locator): Promise<unknown> =>
  until(
    () => message.last().getAttribute('data-state'),
    (state) => state === 'stored',
  );
