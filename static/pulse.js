/* The machine says every minute that it is well, and what it can do. Nothing of a visitor is in it. */
(() => {
  "use strict";
  const { to, version } = document.currentScript.dataset;
  const say = async () => {
    let camera = "none";
    try {
      if ((await navigator.mediaDevices.enumerateDevices()).some((device) => device.kind === "videoinput")) camera = "there";
    } catch { /* no camera, or none allowed here */ }
    const body = new URLSearchParams({ version, camera, reader: typeof WebAssembly === "object" ? "there" : "none" });
    fetch(to, { method: "POST", body, credentials: "same-origin", keepalive: true }).catch(() => {});
  };
  say();
  setInterval(say, 60000);
})();
