// A place to drop a file on: it goes to the kernel piece by piece, however big it is, with a checksum at the end.

const PIECE = 1 << 20; // bytes of a message; a notebook's connection breaks off above ten million

function render({ model, el }) {
  el.classList.add("listkit", "listkit-drop");
  const label = child(el, "label", "listkit-drop-label");
  const input = child(label, "input", "listkit-drop-input", { type: "file", "aria-label": "Choose a file" });
  const words = child(label, "span", "listkit-drop-words");
  const bar = child(el, "progress", "listkit-drop-bar", { hidden: "", "aria-label": "Upload" });
  const told = child(el, "p", "listkit-drop-told", { role: "status" });
  let sending = null;

  const say = (text, isBad) => {
    told.textContent = text;
    told.classList.toggle("listkit-bad", Boolean(isBad));
  };
  const rest = () => {
    words.textContent = "Drop a file here, or choose one";
    input.accept = model.get("accept");
    bar.hidden = true;
    input.value = "";
    sending = null;
  };

  async function send(file) {
    if (sending) return say("Wait until the other file is there.", true);
    if (file.size > model.get("most")) {
      return say(`${file.name} has ${size(file.size)}; up to ${size(model.get("most"))} can be taken.`, true);
    }
    sending = { file, place: 0, id: Math.random().toString(36).slice(2) };
    bar.hidden = false;
    bar.max = Math.max(file.size, 1);
    bar.value = 0;
    say(`${file.name}: 0 of ${size(file.size)}`);
    model.send({ put: "begin", id: sending.id, name: file.name, size: file.size });
  }

  async function next() {
    const { file, place, id } = sending;
    try {
      if (place < file.size) {
        const piece = await file.slice(place, place + PIECE).arrayBuffer();
        sending.place = place + piece.byteLength;
        bar.value = sending.place;
        say(`${file.name}: ${size(sending.place)} of ${size(file.size)}`);
        model.send({ put: "piece", id, place }, undefined, [new DataView(piece)]);
      } else {
        const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
        const sha256 = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
        model.send({ put: "end", id, sha256 });
      }
    } catch (error) {
      model.send({ put: "drop", id });
      say(`${file.name} could not be read any more: drop it again.`, true);
      rest();
    }
  }

  function hear(message) {
    if (!sending || message.id !== sending.id) return;
    if (message.got === "piece") next();
    if (message.got === "all") say(`${sending.file.name} is here.`);
    if (message.got === "refused") say(message.why, true);
    if (message.got !== "piece") rest();
  }

  input.addEventListener("change", () => input.files.length && send(input.files[0]));
  for (const kind of ["dragenter", "dragover"]) {
    el.addEventListener(kind, (event) => {
      event.preventDefault();
      event.stopPropagation();
      el.classList.add("listkit-over");
    });
  }
  for (const kind of ["dragleave", "drop"]) el.addEventListener(kind, () => el.classList.remove("listkit-over"));
  el.addEventListener("drop", (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (event.dataTransfer.files.length > 1) say("One file at a time.", true);
    else if (event.dataTransfer.files.length) send(event.dataTransfer.files[0]);
  });
  model.on("msg:custom", hear);
  rest();
  return () => model.off("msg:custom", hear);
}

function size(bytes) {
  return bytes < 1 << 20 ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / (1 << 20)).toFixed(1)} MB`;
}

function child(parent, tag, name, attributes = {}) {
  const made = document.createElement(tag);
  made.className = name;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.appendChild(made);
  return made;
}

export default { render };
