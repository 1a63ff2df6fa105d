/* Keeps what a check needs without a network: a page without anybody's data, the public keys, the status list with its date. Nothing of a person. */
"use strict";
const SHELF = "check-1";
const OFFLINE = "/v/offline";
const NEEDED = [OFFLINE, {% for file in files %}"{{ file }}"{{ ", " if not loop.last }}{% endfor %}];
const DATED = ["/.well-known/jwks.json", "/.well-known/status-list"];

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const shelf = await caches.open(SHELF);
  await shelf.addAll([...NEEDED, ...DATED]);
  await self.skipWaiting();
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== SHELF && name.startsWith("check-")) await caches.delete(name);
  await self.clients.claim();
})()));

const remember = async (request, answer) => {
  if (answer.ok) await (await caches.open(SHELF)).put(request, answer.clone());
  return answer;
};

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin || event.request.method !== "GET") return;
  if (DATED.includes(url.pathname)) {
    event.respondWith(fetch(event.request, { cache: "no-cache" }).then((answer) => remember(url.pathname, answer)).catch(() => caches.match(url.pathname)));
  } else if (event.request.mode === "navigate" && url.pathname.startsWith("/v/")) {
    event.respondWith(fetch(event.request).catch(() => caches.match(OFFLINE)));
  } else if (NEEDED.includes(url.pathname)) {
    event.respondWith(fetch(event.request).then((answer) => remember(url.pathname, answer)).catch(() => caches.match(url.pathname)));
  }
});
