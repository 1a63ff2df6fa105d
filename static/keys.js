/* The machine has no keyboard: a pad of large keys for the field in hand, made from the letters its field allows. A real keyboard and the hand scanner work beside it. */
(() => {
  "use strict";
  const fields = [...document.querySelectorAll("input[data-keys], .kiosk .date-three input, .kiosk input[type=password]")];
  if (!fields.length) return;
  const SAID = document.body.dataset, ALL = "1234567890|qwertyuiop|asdfghjkl|zxcvbnm|-_.@!"; /* a bar ends a row */
  const pad = document.createElement("div");
  pad.className = "keypad";
  pad.setAttribute("role", "group");
  pad.setAttribute("aria-label", SAID.keypad);
  let field = null, row = null, upper = false;

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
    row.append(button);
  };
  const draw = () => {
    pad.replaceChildren();
    const secret = field.type === "password";
    const keys = secret ? ALL : field.dataset.keys || "12345|67890";
    for (const part of keys.split("|")) {
      row = document.createElement("div");
      pad.append(row);
      for (const each of part) {
        const sign = secret && upper ? each.toUpperCase() : each;
        key(sign === " " ? "␣" : sign, () => put(sign), sign === " " ? SAID.space : "");
      }
    }
    if (secret) key("⇧", () => { upper = !upper; draw(); }, SAID.capitals);
    key("⌫", erase, SAID.erase);
    pad.classList.toggle("digits", !/[a-z]/i.test(keys));
  };
  const show = (chosen) => {
    field = chosen;
    draw();
    (chosen.closest("fieldset, .field") || chosen).after(pad);
    pad.scrollIntoView({ block: "nearest" }); /* and not behind the foot */
  };
  for (const each of fields) {
    each.setAttribute("inputmode", "none");
    each.addEventListener("focus", () => show(each));
  }
  if (fields.includes(document.activeElement)) show(document.activeElement);
})();
