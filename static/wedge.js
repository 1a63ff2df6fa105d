/* The hand scanner of the machine: it types as a keyboard, wherever the focus is. What comes in fast and long is a code, and goes to the reader. */
(() => {
  "use strict";
  const from = document.currentScript.dataset.from; /* the first page holds no form that could grow old: it borrows that of the next */
  let form = document.getElementById("wedge");
  if (!form && !from) return;
  const hand = async (text) => {
    try {
      if (!form) {
        const next = await (await fetch(from, { credentials: "same-origin" })).text();
        form = document.importNode(new DOMParser().parseFromString(next, "text/html").getElementById("wedge"), true);
        document.body.append(form);
      }
      form.elements.code.value = text;
      form.requestSubmit ? form.requestSubmit() : form.submit();
    } catch { location.assign(from); }
  };
  let typed = "", last = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const now = performance.now();
    if (now - last > 120) typed = "";
    last = now;
    if (event.key === "Enter") {
      if (/[0-9]{60,}/.test(typed) || /\/[vc]\//.test(typed)) {
        event.preventDefault();
        event.stopPropagation();
        hand(typed);
        typed = "";
      }
      return;
    }
    if (event.key.length === 1 && typed.length < 8192) typed += event.key;
  }, true);
})();
