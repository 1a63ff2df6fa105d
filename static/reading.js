/* The reader of codes, in a worker: the picture never leaves the machine unless nothing is found here. zxing-wasm, served by ourselves. */
"use strict";
importScripts("vendor/zxing_reader.js");
ZXingWASM.prepareZXingModule({ overrides: { locateFile: (name) => new URL("vendor/" + name, self.location.href).href } });
self.onmessage = async (event) => {
  let text = "";
  try {
    const found = await ZXingWASM.readBarcodes(event.data, { formats: ["QRCode"], tryHarder: true, tryInvert: false, maxNumberOfSymbols: 1 });
    text = found.length && found[0].isValid !== false ? found[0].text : "";
  } catch (problem) {
    self.postMessage({ broken: String(problem) });
    return;
  }
  self.postMessage({ text });
};
