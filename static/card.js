/* The card masks itself: after a minute, and when the page is put away. The shown code counts its seconds in words. Keeps nothing. */
(() => {
  "use strict";
  const mask = document.getElementById("mask");
  if (mask) {
    const hide = () => mask.submit();
    setTimeout(hide, Number(mask.dataset.maskAfter) * 1000);
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") hide(); });
  }
  const timer = document.querySelector("[data-ends]");
  if (timer) {
    const ends = Date.now() + 60000; /* the phone's own clock may be wrong: the minute is counted from here */
    const words = document.createElement("span");
    words.className = "d-block";
    timer.append(words);
    const tick = () => {
      const left = Math.ceil((ends - Date.now()) / 1000);
      if (left > 0) { words.textContent = timer.dataset.left.replace("{n}", String(left)); return; }
      clearInterval(clock);
      document.querySelector("#show-code svg")?.remove();
      timer.setAttribute("role", "alert"); /* seconds are not spoken, their end is */
      timer.textContent = timer.dataset.over;
    };
    const clock = setInterval(tick, 500);
    tick();
  }
})();
