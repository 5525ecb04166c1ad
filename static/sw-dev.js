// Under `trunk serve` nothing is kept: this worker takes the place of an earlier one, clears up and goes.
'use strict';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', event => {
  event.waitUntil((async () => {
    const family = `paxos-playground ${self.registration.scope} `;
    for (const name of await caches.keys()) {
      if (name.startsWith(family)) await caches.delete(name);
    }
    await self.registration.unregister();
  })());
});
