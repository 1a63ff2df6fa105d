/* The lobby: the end of a visit, and one press is one deed. Keeps nothing. Every page works without this file. */
(() => {
  "use strict";
  const seconds = Number(document.body.dataset.idle);
  const goodbye = document.getElementById("goodbye");
  const warning = document.getElementById("idle-warning");

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.busy) { event.preventDefault(); return; }
    form.dataset.busy = "1";
    event.submitter?.setAttribute("aria-busy", "true");
    setTimeout(() => { delete form.dataset.busy; event.submitter?.removeAttribute("aria-busy"); }, 10000);
  });

  const wanted = document.querySelector("[data-focus]");
  if (wanted && !location.hash) wanted.focus();

  if (seconds && goodbye && warning) {
    const left = warning.querySelector("[data-left]");
    const before = Math.min(30, Math.floor(seconds / 2)); /* the warning stands this long */
    let ends = Date.now() + seconds * 1000;
    const still = document.getElementById("still"); /* the server counts too: a touch is told to it, at most every five seconds and once more after the last */
    let told = Date.now(), later = 0, had = null; /* what had the focus before the warning took it: a screen reader speaks what gets the focus */
    const warn = () => {
      if (!warning.hidden) return;
      warning.hidden = false;
      had = document.activeElement;
      warning.querySelector("button").focus({ preventScroll: true });
    };
    const calm = () => {
      if (warning.hidden) return;
      const inside = warning.contains(document.activeElement);
      warning.hidden = true;
      if (inside) had?.focus({ preventScroll: true });
    };
    const tell = () => {
      told = Date.now();
      clearTimeout(later);
      later = 0;
      fetch(still.action, { method: "POST", body: new FormData(still), credentials: "same-origin" }).then((answer) => { if (answer.status === 410) location.reload(); }, () => {});
    };
    const stay = () => {
      ends = Date.now() + seconds * 1000;
      calm();
      if (!still) return;
      if (Date.now() - told > 5000) tell();
      else if (!later) later = setTimeout(tell, 5000);
    };
    for (const name of ["pointerdown", "keydown", "input", "scroll"]) document.addEventListener(name, stay, { passive: true, capture: true });
    warning.querySelector("button").addEventListener("click", stay);
    warning.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") event.preventDefault(); }); /* it has stayed already: the key must not reach the field that gets the focus back */
    const clock = setInterval(() => {
      const rest = Math.ceil((ends - Date.now()) / 1000);
      if (rest <= 0) {
        clearInterval(clock);
        goodbye.submit();
      } else if (rest <= before) {
        left.textContent = String(rest);
        warn();
      }
    }, 250);
  }

  /* Back from another page must show nothing of a visit that ended. */
  window.addEventListener("pageshow", (event) => { if (event.persisted && seconds) location.reload(); });
})();
