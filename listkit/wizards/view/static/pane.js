// A piece of the page that the kernel draws. It comes as a message, so that no saved notebook keeps what it shows.

function render({ model, el }) {
  el.classList.add("listkit", "listkit-pane");
  const hear = (told, buffers) => {
    if (told.tell === "page") draw(told.html);
    if (told.tell === "file") keep(told, buffers[0]);
  };

  function draw(html) {
    const focused = document.activeElement && el.contains(document.activeElement) && document.activeElement.dataset.act;
    el.innerHTML = html; // every cell in it was escaped where it was made
    if (focused) el.querySelector(`[data-act="${CSS.escape(focused)}"]`)?.focus();
  }

  function keep({ name, kind }, buffer) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([buffer], { type: kind }));
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
  }

  const act = (event) => {
    const made = event.target.closest("[data-act]");
    if (!made || made.disabled) return;
    const isBox = made.type === "checkbox";
    const isField = ["SELECT", "INPUT", "TEXTAREA"].includes(made.tagName);
    if (isField !== (event.type === "change")) return;
    if (made.dataset.act === "copy") return copy(made);
    model.send({ act: made.dataset.act, value: isBox ? made.checked : isField ? made.value : "" });
  };

  async function copy(button) {
    await navigator.clipboard.writeText(el.querySelector("code").textContent);
    button.textContent = "Copied";
  }

  el.addEventListener("click", act);
  el.addEventListener("change", act);
  model.on("msg:custom", hear);
  model.send({ ask: "page" });
  return () => {
    el.removeEventListener("click", act);
    el.removeEventListener("change", act);
    model.off("msg:custom", hear);
  };
}

export default { render };
