/* Large files, and any file after a failed sending, go in parts: a broken line costs a piece, not the file. The protocol is portal/applications/parts.py's.
   Nothing is kept in the browser: the server knows an unfinished file again by its bytes. Without this file the plain form sends. */
(() => {
  "use strict";
  const words = document.currentScript.dataset;
  const OVER = 1024 * 1024; /* bytes: up to here one post does */
  const FIRST = 256 * 1024, LEAST = 64 * 1024, MOST = 4 * 1024 * 1024; /* bytes of a piece */
  const QUICK = 2000, SILENT = 45000; /* ms: a piece this quick lets the next be larger; so long may nothing move */
  const WAITS = [2, 4, 8, 16, 30, 60]; /* seconds between tries by itself; after them the person presses */
  const sendings = new Map(); /* form → its sending, while it lasts */
  const broken = new WeakSet(); /* forms whose plain post did not get through */

  const chosen = (form) => form.querySelector("input[type=file]");
  class Down extends Error {}
  class Over extends Error {} /* paused or given up meanwhile */
  class Said extends Error {} /* a sentence for the person; nothing is tried again */

  function ask(sending, method, url, headers = {}, body = null, moved = null) {
    return new Promise((resolve, reject) => {
      const turn = sending.turn, xhr = (sending.xhr = new XMLHttpRequest());
      let silence = 0;
      const heard = () => { clearTimeout(silence); silence = setTimeout(() => xhr.abort(), SILENT); };
      xhr.open(method, url);
      xhr.setRequestHeader("X-CSRFToken", sending.form.elements.csrf_token.value);
      for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
      xhr.upload.onprogress = (event) => { heard(); moved?.(event.loaded); };
      xhr.onloadend = () => {
        clearTimeout(silence);
        if (turn !== sending.turn) reject(new Over());
        else if (!xhr.status || xhr.status >= 500) reject(new Down());
        else resolve(xhr);
      };
      heard();
      xhr.send(body);
    });
  }
  const reached = (xhr) => (/^\d+$/.test(xhr.getResponseHeader("Upload-Offset") || "") ? Number(xhr.getResponseHeader("Upload-Offset")) : -1);
  async function bytes(sending, part) {
    const turn = sending.turn, read = await part.arrayBuffer().catch(() => { throw new Said(words.unreadable); });
    if (turn !== sending.turn) throw new Over();
    return read;
  }
  async function hash(sending, file) {
    if (!crypto.subtle) return ""; /* a plain http address: no taking up after the page was closed */
    const sum = await crypto.subtle.digest("SHA-256", await bytes(sending, file));
    return [...new Uint8Array(sum)].map((b) => b.toString(16).padStart(2, "0")).join("");
  }

  /* Promise every file before a byte of any travels: what is too large is told at once, all of it. Known ones are asked how far they came. */
  async function promised(sending) {
    const refused = [];
    for (const [number, each] of sending.files.entries()) {
      if (each.place) {
        const xhr = await ask(sending, "HEAD", each.place);
        if (xhr.status === 200 && reached(xhr) >= 0) { each.offset = reached(xhr); continue; }
        if (xhr.status !== 404 || each.anew) throw new Said(words.strange);
        Object.assign(each, { place: "", offset: 0, anew: true });
      }
      each.sha256 ??= await hash(sending, each.file);
      const said = new URLSearchParams({ name: each.file.name, size: each.file.size, sha256: each.sha256, key: `${sending.form.elements.key.value.slice(0, 36)}-${number}` });
      const xhr = await ask(sending, "POST", sending.form.dataset.parts, { "Content-Type": "application/x-www-form-urlencoded" }, said.toString());
      const place = xhr.getResponseHeader("Location");
      if ([200, 201].includes(xhr.status) && place && reached(xhr) >= 0) Object.assign(each, { place, offset: reached(xhr) });
      else if ([422, 429].includes(xhr.status) && xhr.responseText) refused.push(sending.files.length > 1 ? `${each.file.name}: ${xhr.responseText}` : xhr.responseText);
      else throw new Said(words.strange);
    }
    if (refused.length) throw new Said(refused.join(" "));
  }

  async function sent(sending, each) {
    while (each.offset < each.file.size) {
      const from = each.offset, begun = performance.now(), piece = await bytes(sending, each.file.slice(from, from + sending.piece));
      const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(from) };
      const xhr = await ask(sending, "PATCH", each.place, headers, piece, (loaded) => sending.shown(Math.min(loaded, piece.byteLength)));
      if (xhr.status === 404) { await promised(sending); continue; }
      if (![204, 409].includes(xhr.status) || reached(xhr) < 0) throw new Said(words.strange);
      each.offset = reached(xhr);
      sending.tries = 0;
      if (xhr.status === 204 && performance.now() - begun < QUICK) sending.piece = Math.min(sending.piece * 2, MOST);
      sending.shown(0);
    }
  }

  class Sending {
    constructor(form, files, button) {
      Object.assign(this, { form, button, files: files.map((file) => ({ file, place: "", offset: 0 })), piece: FIRST, tries: 0, told: 0, timer: 0, turn: 0, state: "" });
      this.box = form.querySelector(".sending");
      this.total = files.reduce((sum, file) => sum + file.size, 0);
      sendings.set(form, this);
    }
    share() { return `${Math.floor((100 * this.files.reduce((sum, each) => sum + each.offset, 0)) / this.total)}%`; }
    say(sentence, alarm) {
      const place = this.box.querySelector(".told");
      place.classList.toggle("wrong-text", Boolean(alarm));
      place.textContent = this.announce(sentence);
    }
    announce(sentence) { /* for ears alone: eyes have the bar */
      const live = document.getElementById("live"), said = (sentence || "").replaceAll("{share}", this.share());
      if (live && said) live.textContent = said;
      return said;
    }
    shown(loaded) {
      const share = Math.min(100, Math.floor((100 * (this.files.reduce((sum, each) => sum + each.offset, 0) + loaded)) / this.total));
      this.box.querySelector("progress").value = share;
      this.box.querySelector("span").textContent = `${share}%`;
      const quarter = Math.floor(share / 25);
      if (quarter > this.told && quarter < 4 && this.state === "going") { this.told = quarter; this.announce(words.share); }
    }
    be(state) {
      const hand = this.box.querySelector(".cluster"), held = hand.contains(document.activeElement) || document.activeElement === this.button;
      const [go, pause] = ["go", "pause"].map((name) => hand.querySelector(`[data-do=${name}]`));
      clearTimeout(this.timer);
      this.turn += 1;
      this.state = state;
      this.box.hidden = hand.hidden = false;
      this.button.hidden = chosen(this.form).disabled = true;
      go.hidden = state === "going";
      pause.hidden = state !== "going";
      if (held) (state === "going" ? pause : go).focus();
    }
    async go() {
      const first = !this.state;
      this.be("going");
      this.form.dispatchEvent(new CustomEvent("portal:free", { bubbles: true }));
      if (first) this.say(words.sending);
      try {
        await promised(this);
        if (first && this.files.some((each) => each.offset)) this.say(words.resumed);
        else if (!first) this.say("");
        this.shown(0);
        for (const each of this.files) await sent(this, each);
        this.finish();
      } catch (trouble) {
        if (trouble instanceof Down) this.wait();
        else if (!(trouble instanceof Over)) this.end(trouble instanceof Said ? trouble.message : words.strange);
      }
    }
    wait() {
      const seconds = WAITS[this.tries++];
      this.piece = Math.max(LEAST, this.piece / 4);
      this.be("down");
      this.shown(0);
      this.say(seconds ? words.down : words.waiting, true);
      if (seconds) this.timer = setTimeout(() => this.go(), seconds * 1000);
    }
    pause() {
      this.be("paused");
      this.xhr?.abort();
      this.shown(0);
      this.say(words.paused);
    }
    stop() {
      this.be("stopped");
      this.xhr?.abort();
      for (const each of this.files) if (each.place) ask(this, "DELETE", each.place).catch(() => {}); /* else it goes after a day */
      this.end("");
    }
    finish() {
      this.say(words.checking);
      for (const each of this.files) {
        const held = Object.assign(document.createElement("input"), { type: "hidden", name: "parts", value: each.place.split("/").pop() });
        held.dataset.parts = "1";
        this.form.append(held);
      }
      this.state = "finishing";
      this.form.requestSubmit(this.button);
    }
    end(sentence) {
      const hand = this.box.querySelector(".cluster"), held = hand.contains(document.activeElement);
      sendings.delete(this.form);
      this.form.querySelectorAll("input[data-parts]").forEach((each) => each.remove());
      this.button.hidden = chosen(this.form).disabled = false;
      hand.hidden = true;
      if (sentence) this.box.querySelector("progress").hidden = this.box.querySelector("span").hidden = true;
      this.box.hidden = !sentence;
      this.say(sentence, true);
      if (held) chosen(this.form).focus();
    }
  }

  document.addEventListener("htmx:confirm", (event) => {
    const form = event.detail.elt, by = event.detail.triggeringEvent?.submitter;
    if (!form.matches?.("form[data-parts]") || (by && by.value !== "upload")) return;
    const now = sendings.get(form), files = [...(chosen(form)?.files || [])];
    form.querySelectorAll(".sending progress, .sending span").forEach((shown) => { shown.hidden = false; });
    if (now?.state === "finishing") return;
    if (!now && !(files.length && files.every((file) => file.size) && (broken.has(form) || files.some((file) => file.size > OVER)))) return;
    event.preventDefault();
    const sending = now || new Sending(form, files, form.querySelector("button[value=upload]"));
    sending.go();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const now = sendings.get(event.detail.requestConfig?.elt);
    if (now?.state === "finishing") now.end("");
  });
  document.addEventListener("htmx:sendError", (event) => { if (event.detail.elt.matches?.("form[data-parts]")) broken.add(event.detail.elt); });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".sending [data-do]");
    sendings.get(button?.form)?.[button.dataset.do]();
  });
  window.addEventListener("online", () => { for (const each of sendings.values()) if (each.state === "down") { each.tries = 0; each.go(); } });
})();
