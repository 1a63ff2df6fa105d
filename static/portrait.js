/* The camera of one's own telephone, with the outline of a head over it. The picture is cut to three by four and put into the form's own file field,
   so that it is sent as any file; without this script, without a camera or without leave the file field stands alone. */
(() => {
  "use strict";
  const form = document.getElementById("portrait"), booth = document.getElementById("booth"), field = document.getElementById("picture");
  if (!form || !navigator.mediaDevices?.getUserMedia || typeof DataTransfer === "undefined") return;
  const [shoot, again, send, opener, line, words, byFile, plain] = ["shoot", "again", "send", "open-booth", "open-booth-line", "booth-words", "by-file", "send-file"].map((id) => document.getElementById(id));
  const place = booth.querySelector(".booth-picture"), outline = place.querySelector("svg");
  const video = document.createElement("video"), canvas = document.createElement("canvas");
  video.playsInline = video.muted = true;
  const LONGEST = 1600, MOST = 1000000;
  const say = (key) => { words.textContent = words.dataset[key]; };
  const stop = () => { for (const track of video.srcObject?.getTracks() ?? []) track.stop(); video.srcObject = null; };

  const start = async () => {
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user", width: { ideal: 1920 }, height: { ideal: 1440 } }, audio: false });
      await video.play();
    } catch { line.hidden = true; booth.hidden = true; byFile.hidden = plain.hidden = false; return; }
    canvas.remove();
    place.prepend(video);
    booth.hidden = false;
    line.hidden = byFile.hidden = plain.hidden = true;
    outline.removeAttribute("hidden");
    shoot.hidden = false;
    again.hidden = send.hidden = true;
    field.value = "";
    say("ready");
    shoot.focus();
  };
  const jpeg = (quality) => new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
  const take = async () => {
    const wide = Math.min(video.videoWidth, video.videoHeight * 0.75), high = wide / 0.75, scale = Math.min(1, LONGEST / high);
    if (!wide) return;
    canvas.width = Math.round(wide * scale);
    canvas.height = Math.round(high * scale);
    canvas.getContext("2d").drawImage(video, (video.videoWidth - wide) / 2, (video.videoHeight - high) / 2, wide, high, 0, 0, canvas.width, canvas.height);
    let picture = await jpeg(0.92);
    for (const quality of [0.85, 0.75]) if (picture.size > MOST) picture = await jpeg(quality);
    const carried = new DataTransfer();
    carried.items.add(new File([picture], "photo.jpg", { type: "image/jpeg" }));
    field.files = carried.files;
    stop();
    video.remove();
    place.prepend(canvas);
    outline.setAttribute("hidden", "");
    shoot.hidden = true;
    again.hidden = send.hidden = false;
    say("taken");
    send.focus();
  };
  line.hidden = false;
  opener.addEventListener("click", start);
  again.addEventListener("click", start);
  shoot.addEventListener("click", take);
  window.addEventListener("pagehide", stop);
})();
