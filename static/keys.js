/* The machine has no keyboard: a pad of large keys for the field in hand, made from the letters its field allows. A real keyboard and the hand scanner work beside it. */
(() => {
  "use strict";
  const fields = [...document.querySelectorAll("input[data-keys], .kiosk .date-three input, .kiosk input[type=password]")];
  if (!fields.length) return;
  const ALL = "1234567890qwertyuiopasdfghjklzxcvbnm-_.@!";
  const pad = document.createElement("div");
  pad.className = "keypad";
  pad.setAttribute("role", "group");
  pad.setAttribute("aria-label", document.body.dataset.keypad || "");
  let field = null, upper = false;

  const put = (text) => {
    const start = field.selectionStart ?? field.value.length, end = field.selectionEnd ?? start;
    const next = field.value.slice(0, start) + text + field.value.slice(end);
    if (field.maxLength > 0 && next.length > field.maxLength) return;
    field.value = next;
    field.setSelectionRange(start + text.length, start + text.length);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const erase = () => {
    const start = field.selectionStart ?? field.value.length, end = field.selectionEnd ?? start;
    const from = start === end ? Math.max(0, start - 1) : start;
    field.value = field.value.slice(0, from) + field.value.slice(end);
    field.setSelectionRange(from, from);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const key = (label, press, name) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    button.textContent = label;
    button.tabIndex = -1;
    if (name) button.setAttribute("aria-label", name);
    button.addEventListener("pointerdown", (event) => event.preventDefault()); /* the field keeps the focus */
    button.addEventListener("click", press);
    pad.append(button);
  };
  const draw = () => {
    pad.replaceChildren();
    const secret = field.type === "password";
    const keys = secret ? ALL : field.dataset.keys || "1234567890";
    for (const each of keys) {
      const sign = secret && upper ? each.toUpperCase() : each;
      key(sign === " " ? "␣" : sign, () => put(sign));
    }
    if (secret) key("⇧", () => { upper = !upper; draw(); });
    key("⌫", erase);
    pad.classList.toggle("digits", keys.length <= 10);
  };
  const show = (chosen) => {
    field = chosen;
    draw();
    (chosen.closest("fieldset, .field") || chosen).after(pad);
  };
  for (const each of fields) {
    each.setAttribute("inputmode", "none");
    each.addEventListener("focus", () => show(each));
  }
  if (fields.includes(document.activeElement)) show(document.activeElement);
})();
