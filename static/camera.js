/* The camera of the machine. Order of reading: the browser's own detector where there is one, our reader in a worker, frames sent to the server.
   What is read goes to the form of the page as text; no picture is kept. Without a camera the picture area says so and the other ways stand. */
(() => {
  "use strict";
  const place = document.getElementById("finder"), words = document.getElementById("reader"), form = document.getElementById("wedge");
  if (!place || !form || !navigator.mediaDevices?.getUserMedia) { words && say("none"); return; }
  const video = document.createElement("video"), canvas = document.createElement("canvas"), pen = canvas.getContext("2d", { willReadFrequently: true });
  video.playsInline = video.muted = true;
  video.className = "finder";
  video.setAttribute("aria-label", place.dataset.label);
  let done = false, worker = null, detector = null, misses = 0;

  function say(key) {
    const shown = words.querySelector(`[data-say="${key}"]`);
    for (const each of words.querySelectorAll("[data-say]")) each.hidden = each !== shown;
  }
  const finish = (text) => {
    if (done || !text) return;
    done = true;
    for (const track of video.srcObject?.getTracks() ?? []) track.stop();
    beep();
    say("found");
    form.elements.code.value = text.slice(0, 8192);
    form.submit();
  };
  const beep = () => {
    try {
      const sound = new AudioContext(), tone = sound.createOscillator(), gain = sound.createGain();
      gain.gain.value = 0.08;
      tone.frequency.value = 880;
      tone.connect(gain).connect(sound.destination);
      tone.start();
      tone.stop(sound.currentTime + 0.12);
    } catch { /* a machine without sound */ }
  };
  const frame = () => {
    const scale = Math.min(1, 1280 / Math.max(video.videoWidth, video.videoHeight, 1));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
  };
  const inWorker = () => new Promise((resolve) => {
    const picture = pen.getImageData(0, 0, canvas.width, canvas.height);
    const lost = () => { clearTimeout(timer); worker = null; resolve(null); };
    const timer = setTimeout(lost, 8000);  // one that does not answer will not: the server reads instead
    worker.onmessage = ({ data }) => { if (data.broken) { lost(); return; } clearTimeout(timer); resolve(data.text || null); };
    worker.onerror = lost;
    worker.postMessage(picture, [picture.data.buffer]);
  });
  const onServer = async () => {
    const jpeg = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
    const body = new FormData(form);
    body.set("frame", jpeg, "frame.jpg");
    const answer = await fetch(form.dataset.frames, { method: "POST", body, credentials: "same-origin" });
    return answer.ok ? (await answer.json()).text : null;
  };
  const look = async () => {
    if (done) return;
    let text = null;
    if (video.videoWidth) {
      frame();
      try {
        if (detector) text = (await detector.detect(canvas))[0]?.rawValue;
        if (!text && worker) text = await inWorker();
        misses += 1;
        if (!text && (!worker || misses % 12 === 0)) text = await onServer();
      } catch { /* the next frame may be better */ }
      if (misses === 25) say("closer");
    }
    if (text) { finish(text); return; }
    setTimeout(look, worker || detector ? 120 : 1000);
  };
  const start = async () => {
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } }, audio: false });
    } catch { say("none"); return; }
    if ("BarcodeDetector" in window) { try { detector = new BarcodeDetector({ formats: ["qr_code"] }); } catch { detector = null; } }
    try {
      worker = new Worker(form.dataset.worker);
      worker.onerror = () => { worker = null; };  // it may fail before the first picture is sent
    } catch { worker = null; }
    await video.play();
    place.replaceChildren(video);
    say("looking");
    look();
  };
  window.addEventListener("pagehide", () => { done = true; for (const track of video.srcObject?.getTracks() ?? []) track.stop(); });
  start();
})();
