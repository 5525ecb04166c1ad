// Keeps the page working without a network. Written out by `cargo xtask post-build` with the files of one build.
//
// A version keeps exactly its own files, checked by hash, or it does not install. The page itself comes from the
// network while there is one, so a new version shows on the next visit; files whose name carries their hash come
// from the cache. Without a network everything comes from the newest version that was completely stored.
'use strict';

const VERSION = '{{VERSION}}';
const FILES = {/* FILES */};

// One origin may host several pages, and several copies of this one: the scope is part of the name.
const FAMILY = `paxos-playground ${self.registration.scope} `;
const CACHE = FAMILY + VERSION;
const HASHED = /-[0-9a-f]{16}[._]/;

self.addEventListener('install', event => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await Promise.all(Object.entries(FILES).map(async ([url, integrity]) => {
      const cacheMode = HASHED.test(url) ? 'default' : 'no-cache';
      const response = await fetch(new Request(url, { integrity, cache: cacheMode }));
      if (!response.ok) throw new Error(`${url}: ${response.status}`);
      await cache.put(url, response);
    }));
    await self.skipWaiting();
  })());
});

self.addEventListener('activate', event => {
  event.waitUntil(Promise.all([dropOldCaches(), self.clients.claim()]));
});

// A page of an older version that is still open in another tab may yet ask for its files (to start a worker);
// they go as soon as no second tab is open.
async function dropOldCaches() {
  const open = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (open.length > 1) return;
  for (const name of await caches.keys()) {
    if (name.startsWith(FAMILY) && name !== CACHE) await caches.delete(name);
  }
}

self.addEventListener('fetch', event => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || !url.href.startsWith(self.registration.scope)) return;
  if (request.mode === 'navigate') event.waitUntil(dropOldCaches());
  event.respondWith(HASHED.test(url.pathname) ? cacheFirst(request) : networkFirst(request));
});

async function cacheFirst(request) {
  return await stored(request) ?? fetch(request);
}

async function networkFirst(request) {
  try {
    return await fetch(request);
  } catch (offline) {
    const found = await stored(request);
    if (found) return found;
    if (request.mode === 'navigate') {
      const page = await (await caches.open(CACHE)).match('./');
      if (page) return page;
    }
    throw offline;
  }
}

async function stored(request) {
  const options = { ignoreSearch: true, ignoreVary: true };
  const own = await (await caches.open(CACHE)).match(request, options);
  if (own || !HASHED.test(request.url)) return own;
  // The name carries the hash, so a file of that name is that file in whatever version it is found.
  for (const name of await caches.keys()) {
    if (!name.startsWith(FAMILY) || name === CACHE) continue;
    const older = await (await caches.open(name)).match(request, options);
    if (older) return older;
  }
}
