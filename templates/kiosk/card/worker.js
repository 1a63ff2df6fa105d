/* Keeps the card's shell: style sheets, scripts, drawings, and one page that says there is no network. No answer of the card itself is ever kept. */
"use strict";
const SHELF = "card-1";
const OFFLINE = "{{ offline }}";
const SHELL = [{% for file in files %}"{{ file }}"{{ ", " if not loop.last }}{% endfor %}];

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const shelf = await caches.open(SHELF);
  await shelf.put(OFFLINE, await fetch(OFFLINE, { credentials: "omit" }));
  await shelf.addAll(SHELL);
  await self.skipWaiting();
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== SHELF && name.startsWith("card-")) await caches.delete(name);
  await self.clients.claim();
})()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin || event.request.method !== "GET") return;
  if (event.request.mode === "navigate") {
    event.respondWith(fetch(event.request).catch(() => caches.match(OFFLINE)));
  } else if (SHELL.includes(url.pathname)) {
    event.respondWith(fetch(event.request).catch(() => caches.match(url.pathname)));
  }
});
