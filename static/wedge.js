/* The hand scanner of the machine: it types as a keyboard, wherever the focus is. What comes in fast and long is a code, and goes to the reader. */
(() => {
  "use strict";
  const form = document.getElementById("wedge");
  if (!form) return;
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
        form.elements.code.value = typed;
        typed = "";
        form.requestSubmit ? form.requestSubmit() : form.submit();
      }
      return;
    }
    if (event.key.length === 1 && typed.length < 8192) typed += event.key;
  }, true);
})();
