/* Checks the signed facts in the address of this page, behind the #, without sending them anywhere: COSE_Sign1 with ES256 by the published keys (docs/credential.md).
   Online the page already says what the authority knows; here the signature is compared with it. Offline the status list says it, if it is fresh. */
(() => {
  "use strict";
  const place = document.getElementById("outcome");
  const offline = document.body.querySelector("[data-offline]") !== null;
  const PRIVATE = -65537n, STATUS = -65538n;

  if ("serviceWorker" in navigator && !document.querySelector(".kiosk")) navigator.serviceWorker.register("/v/worker.js", { scope: "/v/" }).catch(() => {});

  /* CBOR as our tokens use it: integers, bytes, text, arrays, maps, tag 18 */
  function decode(bytes) {
    let at = 0;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const count = (low) => {
      if (low < 24) return BigInt(low);
      if (low === 24) return BigInt(bytes[at++]);
      if (low === 25) { at += 2; return BigInt(view.getUint16(at - 2)); }
      if (low === 26) { at += 4; return BigInt(view.getUint32(at - 4)); }
      if (low === 27) { at += 8; return view.getBigUint64(at - 8); }
      throw new Error("cbor");
    };
    const item = (depth) => {
      if (depth > 8 || at >= bytes.length) throw new Error("cbor");
      const first = bytes[at++], kind = first >> 5, number = count(first & 31), n = Number(number);
      if (kind === 0) return number;
      if (kind === 1) return -1n - number;
      if (kind === 2 || kind === 3) {
        if (at + n > bytes.length) throw new Error("cbor");
        const part = bytes.slice(at, at += n);
        return kind === 2 ? part : new TextDecoder("utf-8", { fatal: true }).decode(part);
      }
      if (kind === 4) return Array.from({ length: n <= 1e6 ? n : 0 }, () => item(depth + 1));
      if (kind === 5) { const map = new Map(); for (let i = 0; i < n; i += 1) { const key = item(depth + 1); map.set(key, item(depth + 1)); } return map; }
      if (kind === 6) return { tag: number, value: item(depth + 1) };
      throw new Error("cbor");
    };
    const value = item(0);
    if (at !== bytes.length) throw new Error("cbor");
    return value;
  }
  const head = (kind, n) => (n < 24 ? [kind << 5 | n] : n < 256 ? [kind << 5 | 24, n] : [kind << 5 | 25, n >> 8, n & 255]);
  const join = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
  const bstr = (bytes) => join(head(2, bytes.length), bytes);

  function fromDigits(digits) {
    let number = BigInt(digits), hex = number.toString(16);
    if (hex.length % 2) hex = "0" + hex;
    return Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  }

  /* the claims if the signature holds, null if it does not */
  async function verified(token, keys) {
    if (token[0] !== 1) return null;
    const message = decode(token.slice(1));
    if (message.tag !== 18n || message.value.length !== 4) return null;
    const [header, , payload, signature] = message.value;
    const named = decode(header), kid = new TextDecoder().decode(named.get(4n));
    const jwk = keys.keys.find((key) => key.kid === kid);
    if (!jwk || named.get(1n) !== -7n || signature.length !== 64) return null;
    const key = await crypto.subtle.importKey("jwk", { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y }, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    const signed = join([0x84], head(3, 10), new TextEncoder().encode("Signature1"), bstr(header), bstr(new Uint8Array()), bstr(payload));
    return await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, signed) ? decode(payload) : null;
  }

  const day = (days) => new Date(Number(days) * 864e5).toISOString().slice(0, 10);
  const beijing = (seconds, back = 0) => new Date((Number(seconds) + 8 * 3600 - back) * 1000).toISOString();
  function facts(claims) {
    const inner = claims.get(PRIVATE) ?? new Map(), end = claims.get(4n);
    return {
      ref: new TextDecoder().decode(claims.get(7n)), kind: Number(inner.get(1n)), name: inner.get(3n), passport: inner.get(10n), class: inner.get(5n), employer: inner.get(6n),
      valid_until: end === undefined ? "" : beijing(end, 1).slice(0, 10), ends: end, permit_to: inner.get(9n) === undefined ? "" : day(inner.get(9n)), issued: beijing(claims.get(6n)).slice(0, 10),
    };
  }

  async function standing(known, keys) {
    const answer = await fetch("/.well-known/status-list");
    const list = await verified(new Uint8Array(await answer.arrayBuffer()), keys);
    const lists = list?.get(STATUS), now = Date.now() / 1000;
    if (!lists || now > Number(list.get(4n))) return { outcome: "unclear" };
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(known.ref))).slice(0, 8);
    const has = (number) => lists.get(number).some((each) => each.every((byte, i) => byte === hash[i]));
    const of = beijing(list.get(6n)).slice(0, 16).replace("T", " ");
    if (has(1n)) return { outcome: "cancelled", of };
    if (has(2n)) return { outcome: "replaced", of };
    if (known.permit_to && new Date(known.permit_to + "T23:59:59+08:00") < new Date()) return { outcome: "ended", of };
    if (known.ends !== undefined) return { outcome: now < Number(known.ends) ? "in_force" : "past", of };
    return { outcome: "on_record", of };
  }

  function show(outcome, known = {}) {
    const chosen = document.querySelector(`template[data-outcome="${outcome}"]`);
    if (!chosen) return;
    const fresh = chosen.content.cloneNode(true);
    for (const cell of fresh.querySelectorAll("[data-fact]")) {
      const value = known[cell.dataset.fact];
      if (value) cell.textContent = value;
      else cell.closest("div").remove();
    }
    place.replaceChildren(fresh);
    place.setAttribute("data-checked", outcome);
    document.title = place.querySelector("h1")?.textContent ?? document.title;
  }

  async function check() {
    const digits = location.hash.slice(1);
    if (!digits) { if (offline) show("unclear"); return; }
    if (!/^[1-9][0-9]{0,1999}$/.test(digits)) { show("altered"); return; }
    let keys;
    try { keys = await (await fetch("/.well-known/jwks.json")).json(); } catch { if (offline) show("unclear"); return; }
    let claims = null;
    try { claims = await verified(fromDigits(digits), keys); } catch { claims = null; }
    const ref = decodeURIComponent(location.pathname.split("/").pop()).toUpperCase();
    const known = claims && facts(claims);
    if (!known || known.ref !== ref) { show("altered"); return; }
    if (!offline) { place.querySelector("[data-signature]")?.removeAttribute("hidden"); place.setAttribute("data-checked", "signature"); return; }
    let found;
    try { found = await standing(known, keys); } catch { found = { outcome: "unclear" }; }
    show(found.outcome, { ...known, of: found.of });
  }
  check();
  window.addEventListener("hashchange", check);
})();
