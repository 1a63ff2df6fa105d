/* The office door's few manners, on top of htmx. Every page works without this file. No storage, no eval, no inline anything. */
(() => {
  "use strict";
  const words = document.body.dataset;

  /* One press is one deed: a second press is dropped; after a second the button says so, keeping its width. */
  function busy(form, button) {
    form.dataset.busy = "1";
    if (!button || !button.matches("button")) return;
    button.setAttribute("aria-busy", "true");
    button.dataset.timer = setTimeout(() => {
      button.style.minWidth = `${button.offsetWidth}px`;
      button.said = [...button.childNodes];
      button.replaceChildren(words.saving || "…");
    }, 1000);
  }
  function free(form) {
    if (!form || !form.dataset) return;
    delete form.dataset.busy;
    for (const button of form.querySelectorAll("[aria-busy]")) {
      clearTimeout(button.dataset.timer);
      button.removeAttribute("aria-busy");
      if (button.said) button.replaceChildren(...button.said);
      button.said = null;
    }
  }
  /* A button pressed while the page is just keeping itself waits for the answer: sent beside it, the later of the two would
     be refused as a page that shows yesterday. No answer within ten seconds: it goes all the same. No line: it stays, and the page says so. */
  function afterItsSaving(form, button) {
    if (form.dataset.waiting) return form.dataset.waiting !== "over";
    if (!form.matches(".htmx-request")) return false;
    form.dataset.waiting = "1";
    const limit = setTimeout(() => go("over"), 10000);
    function go(mark) {
      clearTimeout(limit);
      form.removeEventListener("htmx:afterRequest", answered);
      delete form.dataset.waiting;
      if (mark) form.dataset.waiting = mark;
      form.requestSubmit(button?.isConnected ? button : undefined);
      if (mark) delete form.dataset.waiting;
    }
    function answered(event) {
      if (event.detail.elt !== form) return;
      if (event.detail.xhr.status) setTimeout(go);
      else {
        clearTimeout(limit);
        form.removeEventListener("htmx:afterRequest", answered);
        delete form.dataset.waiting;
      }
    }
    form.addEventListener("htmx:afterRequest", answered);
    return true;
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.busy || afterItsSaving(form, event.submitter)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    busy(form, event.submitter);
    setTimeout(() => free(form), 15000); /* an answer that is a download never leaves the page */
  }, true);
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-busy]").forEach(free));

  /* Focus: to what asks for it (a summary of problems, a refusal), on the page as it came or as it was swapped. */
  function heed(root) {
    const wanted = root.matches?.("[data-focus]") ? root : root.querySelector?.("[data-focus]");
    if (wanted) wanted.focus();
    return Boolean(wanted);
  }
  if (!location.hash) heed(document);

  function say(sentence) {
    const live = document.getElementById("live");
    if (!live || !sentence) return;
    live.textContent = "";
    setTimeout(() => { live.textContent = sentence; }, 50);
  }

  let kept = null;
  document.addEventListener("htmx:beforeSwap", () => {
    const at = document.activeElement;
    kept = at && at !== document.body ? { id: at.id, name: at.name, value: at.tagName === "BUTTON" ? at.value : null } : null;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const fresh = event.detail.elt;
    if (!fresh || fresh.nodeType !== 1) return;
    if (!heed(fresh) && kept && document.activeElement === document.body) {
      const again = (kept.id && document.getElementById(kept.id)) ||
        (kept.name && [...fresh.querySelectorAll(`[name="${CSS.escape(kept.name)}"]`)].find((e) => kept.value === null || e.value === kept.value));
      if (again) again.focus();
      else { fresh.tabIndex = -1; fresh.focus({ preventScroll: true }); }
    }
    if (fresh.dataset.announce) say(fresh.dataset.announce);
    else if (!fresh.matches("[role=status],[role=alert]") && !fresh.querySelector("[role=status],[role=alert]")) {
      const heading = fresh.querySelector("h1,h2,h3");
      if (heading) say(`${words.updated || ""} ${heading.textContent.trim()}`);
    }
    fresh.querySelectorAll("[data-drop]").forEach(drop);
  });
  document.addEventListener("htmx:afterRequest", (event) => free(event.detail.elt.closest("form")));
  document.addEventListener("portal:free", (event) => free(event.target)); /* another script has the form in hand (parts.js) */

  /* How much of a file has left: the bar shows while it is sent. */
  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = event.detail.elt.querySelector?.(".sending");
    if (!bar || !event.detail.lengthComputable || !event.detail.total) return;
    const share = Math.floor((100 * event.detail.loaded) / event.detail.total);
    bar.hidden = false;
    bar.querySelector("progress").value = share;
    bar.querySelector("span").textContent = `${share}%`;
  });
  document.addEventListener("htmx:afterRequest", (event) => { const bar = event.detail.elt.querySelector?.(".sending"); if (bar) bar.hidden = true; });

  /* Nothing came back, or the sign-in of this page has ended: say so where the answer would have stood; what was typed stays. */
  function notSaved(event) {
    const source = event.detail.elt;
    const place = event.detail.target || source, pressed = event.detail.requestConfig?.triggeringEvent?.submitter;
    const ended = event.detail.xhr?.status === 401 && document.getElementById("signed-out");
    if (ended && polls(source) && document.querySelector("[data-not-saved=ended]")) return; /* a page that asks every second says it once */
    const note = (ended || document.getElementById("not-saved"))?.content.cloneNode(true).firstElementChild;
    if (!note || !place.parentNode) return;
    document.querySelectorAll("[data-not-saved]").forEach((old) => old.remove());
    note.dataset.notSaved = ended ? "ended" : "1";
    note.setAttribute("role", "alert");
    note.querySelector("button").addEventListener("click", async () => {
      if (ended && !(await tokenAnew())) return note.querySelector("a").focus();
      note.remove();
      again(source, pressed);
    });
    note.classList.toggle("refused", place.matches(".actions"));
    if (place.matches(".actions") || /grid|flex/.test(getComputedStyle(place.parentNode).display)) place.prepend(note); /* beside it, it would take a place of the page's plan */
    else place.before(note);
    note.scrollIntoView({ block: "nearest" });
  }
  function polls(source) { return /^(every|load)/.test(source.getAttribute("hx-trigger") || ""); }
  function again(source, pressed) {
    if (polls(source)) return; /* it asks again by itself */
    if (source.matches("form") && !source.getAttribute("hx-trigger")?.startsWith("change")) source.requestSubmit(pressed?.isConnected && pressed.form === source ? pressed : null);
    else source.dispatchEvent(new Event("change", { bubbles: true }));
  }
  /* Signed in again on another page: this page's forms take the token of the new session. False while nobody is signed in. */
  async function tokenAnew() {
    const answer = await fetch(words.account, { credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok || new URL(answer.url).pathname !== words.account) return false;
    const headers = new DOMParser().parseFromString(await answer.text(), "text/html").body.getAttribute("hx-headers");
    const token = JSON.parse(headers || "{}")["X-CSRFToken"];
    if (!token) return false;
    document.body.setAttribute("hx-headers", headers);
    document.querySelectorAll("input[name=csrf_token]").forEach((field) => { field.value = token; });
    return true;
  }
  document.addEventListener("htmx:responseError", notSaved);
  document.addEventListener("htmx:sendError", notSaved);
  document.addEventListener("htmx:timeout", notSaved);

  /* "/" goes to the search field, unless one is typing. */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input,textarea,select,[contenteditable]")) return;
    const field = document.querySelector("[role=search] input:not([type=hidden])");
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select?.();
  });

  /* One open question at a time in the bar of moves; Escape closes it. */
  document.addEventListener("toggle", (event) => {
    const ask = event.target;
    if (!ask.matches?.(".ask") || !ask.open) return;
    document.querySelectorAll(".ask[open]").forEach((other) => { if (other !== ask) other.open = false; });
    ask.querySelector("textarea,input:not([type=hidden])")?.focus();
  }, true);
  document.addEventListener("keydown", (event) => {
    const ask = event.key === "Escape" && document.querySelector(".ask[open]");
    if (!ask) return;
    ask.open = false;
    ask.querySelector("summary").focus();
  });

  /* Files may be dropped on the field; the plain input stays what is sent. */
  function drop(box) {
    const input = box.querySelector("input[type=file]");
    if (!input || box.dataset.ready) return;
    box.dataset.ready = "1";
    for (const name of ["dragenter", "dragover"]) box.addEventListener(name, (e) => { e.preventDefault(); box.classList.add("over"); });
    for (const name of ["dragleave", "drop"]) box.addEventListener(name, () => box.classList.remove("over"));
    box.addEventListener("drop", (event) => {
      event.preventDefault();
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  document.querySelectorAll("[data-drop]").forEach(drop);
})();
