/**
 * Lets the client start without the network: it keeps the pages and their files, and nothing of anybody's. What is said
 * lies in IndexedDB, where the pages put it.
 */
declare const self: ServiceWorkerGlobalScope;
/** The files of this build, and a name that is another one whenever they are. */
declare const STORM_SHELL: { readonly build: string; readonly files: readonly string[] };

const prefix = 'storm-shell-';
const cacheName = prefix + STORM_SHELL.build;
const root = new URL(self.registration.scope);
/** Any conversation's page is every conversation's page. */
const pages = { list: './', conversation: 'c/page' };
const pageTimeoutMs = 2_500;

self.addEventListener('install', (event) => {
  const keep = async (): Promise<void> => {
    const cache = await caches.open(cacheName);
    const paths = [...Object.values(pages), ...STORM_SHELL.files];
    await cache.addAll(paths.map((path) => new URL(path, root).href));
    await self.skipWaiting();
  };
  event.waitUntil(keep());
});

self.addEventListener('activate', (event) => {
  const tidy = async (): Promise<void> => {
    const ours = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== cacheName);
    // The build before may still be open in a tab, which asks for parts of it later.
    await Promise.all(ours.slice(0, -1).map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || !url.href.startsWith(root.href)) return;
  const path = url.pathname.slice(root.pathname.length);
  if (request.mode === 'navigate') {
    if (path === '') event.respondWith(answerPage(request, pages.list));
    else if (/^c\/[^/]+$/.test(path)) event.respondWith(answerPage(request, pages.conversation));
  } else if (STORM_SHELL.files.includes(path) || path.startsWith('assets/'))
    event.respondWith(answerFile(request));
});

/** The platform's, since it may be a newer one; ours when that does not come in time. */
async function answerPage(request: Request, path: string): Promise<Response> {
  const fromPlatform = fetch(request);
  const inTime = await Promise.race([
    fromPlatform,
    new Promise<void>((go) => setTimeout(go, pageTimeoutMs)),
  ]).catch(() => undefined);
  if (inTime !== undefined && inTime.status < 500) return inTime;
  return (await caches.match(new URL(path, root).href, { ignoreVary: true })) ?? fromPlatform;
}

/** Names with a hash in them never come to mean something else. */
async function answerFile(request: Request): Promise<Response> {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  if (response.ok) await (await caches.open(cacheName)).put(request, response.clone());
  return response;
}
