/* The card on a phone's start screen: the worker keeps the shell. Not at the machine in the hall. */
(() => {
  "use strict";
  if (!("serviceWorker" in navigator) || !document.querySelector("link[rel=manifest]")) return;
  navigator.serviceWorker.register("/card/worker.js", { scope: "/card" }).catch(() => {});
})();
