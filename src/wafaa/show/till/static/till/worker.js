/* Keeps the page of the till, its style and its scripts, and nothing that is about anybody. */
self.addEventListener("install", function (event) {
  event.waitUntil(caches.open(KEPT).then(function (kept) {
    return kept.addAll(SHELL);
  }).then(function () {
    return self.skipWaiting();
  }));
});

self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) {
      return name.indexOf("till-") === 0 && name !== KEPT;
    }).map(function (name) {
      return caches.delete(name);
    }));
  }).then(function () {
    return self.clients.claim();
  }));
});

self.addEventListener("fetch", function (event) {
  var asked = event.request;
  if (asked.method !== "GET") return;
  if (asked.mode === "navigate") {
    event.respondWith(fetch(asked).catch(function () {
      return caches.match(SHELL[0]);
    }));
    return;
  }
  var place = new URL(asked.url);
  if (place.origin === self.location.origin && SHELL.indexOf(place.pathname) > 0) {
    event.respondWith(caches.match(place.pathname).then(function (found) {
      return found || fetch(asked);
    }));
  }
});
