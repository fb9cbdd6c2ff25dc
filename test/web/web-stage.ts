import { randomBytes } from 'node:crypto';
import { createStormClient, memoryStore, type StormClient } from '@storm/client';
import type { ConversationId, User } from '@storm/contracts';
import { obtainChromium, type Platform, startPlatform } from '@storm/devstack';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { type CuttableProxy, startCuttableProxy } from './cuttable-proxy.ts';

/** Somebody with an account, and a client of theirs outside any browser. */
export interface Actor {
  readonly user: User;
  readonly storm: StormClient;
}

/** Somebody's browser: signed in, with everything that went wrong in it. */
export interface Visitor extends Actor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Violations of the content policy, errors of scripts, faults in the console. */
  readonly faults: string[];
}

export interface WebStage {
  readonly platform: Platform;
  readonly proxy: CuttableProxy;
  readonly browser: Browser;
  readonly url: string;
  actor(displayName: string): Promise<Actor>;
  /** A browser of theirs, at the list of conversations or in one. */
  visit(actor: Actor, options?: { at?: ConversationId; browser?: BrowserContextOptions }): Promise<Visitor>;
  /** A browser in which nobody is signed in. */
  stranger(options?: BrowserContextOptions): Promise<Omit<Visitor, keyof Actor>>;
  direct(one: Actor, other: Actor): Promise<ConversationId>;
  group(name: string, owner: Actor, ...members: Actor[]): Promise<ConversationId>;
  /** So many messages by turns, in order. */
  talk(id: ConversationId, by: readonly Actor[], count: number, text?: (n: number) => string): Promise<void>;
  stop(): Promise<void>;
}

export const password = 'correct horse battery';

/** One platform with one gateway behind a line that can be cut, and one browser, for all tests of the client. */
export async function startWebStage(): Promise<WebStage> {
  const { path } = await obtainChromium();
  const [platform, browser] = await Promise.all([
    startPlatform({
      ports: 'random',
      durable: false,
      env: { gateway: { LIMIT_SIGN_IN_ADDRESS_PER_MINUTE: '100000', LOG_LEVEL: 'warn' } },
    }),
    chromium.launch({
      executablePath: path,
      args: [
        '--no-sandbox',
        '--disable-dev-shm-usage',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-gpu',
      ],
    }),
  ]);
  const proxy = await startCuttableProxy(Number(new URL(platform.url).port));
  const url = `http://localhost:${proxy.port}`;
  const clients: StormClient[] = [];

  async function open(options: BrowserContextOptions) {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: 'en-GB',
      ...options,
    });
    context.setDefaultTimeout(30_000);
    const faults: string[] = [];
    await context.exposeFunction('stormFault', (fault: string) => {
      faults.push(fault);
    });
    await context.addInitScript({ content: watchForFaults });
    context.on('weberror', (error) => faults.push(String(error.error())));
    const page = await context.newPage();
    return { context, page, faults };
  }
  const actorFaults: string[] = [];
  return {
    platform,
    proxy,
    browser,
    url,
    async actor(displayName) {
      const storm = createStormClient({
        baseUrl: platform.url,
        onFault: (error) => actorFaults.push(String(error)),
      });
      clients.push(storm);
      const plain = displayName
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '')
        .slice(0, 12);
      const username = `${plain || 'somebody'}-${randomBytes(4).toString('hex')}`;
      return { user: await storm.register({ username, displayName, password }), storm };
    },
    async visit(actor, { at, browser: options = {} } = {}) {
      const store = memoryStore();
      const device = createStormClient({ baseUrl: platform.url, store });
      await device.login({ username: actor.user.username, password });
      const session = (await store.get('session')) ?? '';
      const origins = [{ origin: url, localStorage: [{ name: 'storm.session', value: session }] }];
      const opened = await open({ ...options, storageState: { cookies: [], origins } });
      await opened.page.goto(at === undefined ? `${url}/` : `${url}/c/${at}`);
      await opened.page.waitForSelector('.conversation-row, .sidebar .state-view', { state: 'attached' });
      return { ...actor, ...opened };
    },
    stranger: (options = {}) => open(options),
    async direct(one, other) {
      return (await one.storm.api.createConversation({ body: { kind: 'direct', userId: other.user.id } })).id;
    },
    async group(name, owner, ...members) {
      const memberIds = members.map(({ user }) => user.id);
      const body = { kind: 'group', key: randomBytes(8).toString('hex'), name, memberIds } as const;
      return (await owner.storm.api.createConversation({ body })).id;
    },
    async talk(id, by, count, text = (n) => `message ${n}`) {
      for (let n = 1; n <= count; n++) await by[n % by.length]?.storm.send(id, { text: text(n) });
    },
    async stop() {
      await browser.close();
      await Promise.all(clients.map((storm) => storm.close()));
      await proxy.stop();
      await platform.stop();
    },
  };
}

/** Runs in the page before anything else of it. */
const watchForFaults = `
  document.addEventListener('securitypolicyviolation', (event) =>
    stormFault('policy: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));
  window.executed = (what) => stormFault('executed: ' + what);
`;
