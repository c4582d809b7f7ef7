// A table of any number of rows: only those in sight are in the page. Rows come as messages, and no saved state has one.

const HEIGHT = 30; // pixels of a row
const AHEAD = 20; // rows that are asked for beyond those in sight
const MOST = 500; // rows that are asked for at once

function render({ model, el }) {
  const grid = new Grid(model, el);
  model.on("msg:custom", grid.hear);
  model.send({ ask: "shape" });
  return () => model.off("msg:custom", grid.hear);
}

class Grid {
  constructor(model, el) {
    this.model = model;
    this.el = el;
    this.name = `listkit-${Math.random().toString(36).slice(2)}`;
    this.shape = { rows: 0, all: 0, columns: [], version: -1 };
    this.kept = new Map(); // place in the order that is shown → row
    this.active = { row: 0, column: 0 };
    this.anchor = null; // where a selection began
    this.wanted = null;
    this.hear = this.hear.bind(this);
    el.classList.add("listkit", "listkit-grid");
    el.dataset.lmSuppressShortcuts = "true"; // the notebook's own keys do not reach in here
    this.find = child(el, "input", "listkit-find", { type: "search", placeholder: "Find", "aria-label": "Find rows" });
    this.head = child(el, "div", "listkit-head", { role: "row" });
    this.body = child(el, "div", "listkit-body", { tabindex: "0", role: "grid", "aria-label": "Rows of the list" });
    this.space = child(this.body, "div", "listkit-space", { role: "rowgroup" });
    this.empty = child(el, "p", "listkit-empty");
    this.find.addEventListener("input", () => model.send({ ask: "find", text: this.find.value }));
    this.body.addEventListener("scroll", () => this.draw());
    this.body.addEventListener("keydown", (event) => this.key(event));
    this.body.addEventListener("mousedown", (event) => this.press(event));
    this.body.addEventListener("dblclick", (event) => this.at(event) && this.edit());
    this.body.addEventListener("copy", (event) => this.copy(event));
    this.body.addEventListener("paste", (event) => this.paste(event));
    new ResizeObserver(() => this.draw()).observe(this.body);
  }

  hear(told) {
    if (told.tell === "shape") this.reshape(told);
    if (told.tell === "rows" && told.version === this.shape.version) {
      told.rows.forEach((row, at) => this.kept.set(told.first + at, row));
      this.wanted = null;
      this.draw();
    }
  }

  reshape(shape) {
    const names = ({ columns }) => JSON.stringify(columns);
    const isOther = names(shape) !== names(this.shape);
    this.shape = shape;
    this.kept.clear();
    this.wanted = null;
    this.active.row = clamp(this.active.row, shape.rows - 1);
    this.active.column = clamp(this.active.column, shape.columns.length - 1);
    this.body.setAttribute("aria-rowcount", shape.rows);
    this.body.setAttribute("aria-colcount", shape.columns.length + 1);
    this.space.style.height = `${shape.rows * HEIGHT}px`;
    this.empty.textContent = shape.rows ? "" : shape.empty || "";
    if (document.activeElement !== this.find) this.find.value = shape.text || "";
    this.el.style.setProperty("--columns", `4.5em repeat(${shape.columns.length}, minmax(11em, 1fr))`);
    if (isOther) this.drawHead();
    this.markHead();
    this.draw();
  }

  drawHead() {
    this.head.replaceChildren();
    child(this.head, "div", "listkit-line", { role: "columnheader" }).textContent = "line";
    for (const { label, meaning } of this.shape.columns) {
      const cell = child(this.head, "button", "listkit-name", { type: "button", role: "columnheader", dir: "auto" });
      cell.dataset.label = label;
      cell.title = `${label}: sort by it`;
      child(cell, "span", "listkit-label").textContent = label;
      if (meaning && meaning !== label) child(cell, "span", "listkit-meaning").textContent = meaning;
      cell.addEventListener("click", () => this.sort(label));
    }
  }

  markHead() {
    const { column, down } = this.shape.sorted || {};
    for (const cell of this.head.querySelectorAll("[data-label]")) {
      const way = cell.dataset.label === column ? (down ? "descending" : "ascending") : "none";
      cell.setAttribute("aria-sort", way);
    }
  }

  sort(label) {
    const { column, down } = this.shape.sorted || {};
    if (column !== label) this.model.send({ ask: "sort", column: label, down: false });
    else this.model.send({ ask: "sort", column: down ? "" : label, down: true });
  }

  draw() {
    this.head.scrollLeft = this.body.scrollLeft;
    const first = Math.max(0, Math.floor(this.body.scrollTop / HEIGHT));
    const after = Math.min(this.shape.rows, first + Math.ceil(this.body.clientHeight / HEIGHT) + 1);
    const editor = this.editor();
    for (const line of [...this.space.children]) if (line !== editor) line.remove();
    for (let at = first; at < after; at++) this.space.insertBefore(this.drawRow(at), editor);
    this.want(first, after);
  }

  want(first, after) {
    let from = first;
    while (from < after && this.kept.has(from)) from++;
    if (from >= after || (this.wanted && this.wanted.first <= from && from < this.wanted.after)) return;
    const last = Math.min(this.shape.rows, after + AHEAD, from + MOST - AHEAD);
    this.wanted = { first: Math.max(0, from - AHEAD), after: last };
    this.model.send({ ask: "rows", ...this.wanted, version: this.shape.version });
  }

  drawRow(at) {
    const row = this.kept.get(at);
    const line = document.createElement("div");
    line.className = "listkit-row";
    line.style.top = `${at * HEIGHT}px`;
    line.setAttribute("role", "row");
    line.setAttribute("aria-rowindex", at + 1);
    child(line, "div", "listkit-line", { role: "rowheader" }).textContent = row ? row.line : "…";
    this.shape.columns.forEach((_, column) => this.drawCell(line, row, at, column));
    return line;
  }

  drawCell(line, row, at, column) {
    const cell = child(line, "div", "listkit-cell", { role: "gridcell", "aria-colindex": column + 2, dir: "auto" });
    cell.dataset.row = at;
    cell.dataset.column = column;
    if (this.isChosen(at, column)) cell.setAttribute("aria-selected", "true");
    if (at === this.active.row && column === this.active.column) {
      cell.classList.add("listkit-active");
      cell.id = this.name;
      this.body.setAttribute("aria-activedescendant", cell.id);
    }
    if (!row) return;
    const [now, was] = row.cells[column];
    const mark = row.marks[column];
    const told = [];
    cell.textContent = now;
    if (mark) {
      cell.classList.add(`listkit-${mark.level}`);
      if (mark.level === "error") cell.setAttribute("aria-invalid", "true");
      told.push(mark.message, ...(mark.suggestion ? [`perhaps ${mark.suggestion}`] : []));
    }
    if (was !== undefined) {
      cell.classList.add("listkit-changed");
      told.push(`was ${was || "empty"}`);
    }
    if (told.length) {
      cell.title = told.join("\n");
      cell.setAttribute("aria-description", told.join("; "));
    }
  }

  editor() {
    return this.space.querySelector(".listkit-editor");
  }

  isChosen(at, column) {
    if (!this.anchor) return false;
    const [top, bottom, left, right] = this.chosen();
    return top <= at && at <= bottom && left <= column && column <= right;
  }

  chosen() {
    const { active } = this;
    const from = this.anchor || active;
    const rows = [from.row, active.row];
    const columns = [from.column, active.column];
    return [Math.min(...rows), Math.max(...rows), Math.min(...columns), Math.max(...columns)];
  }

  at(event) {
    const cell = event.target.closest("[data-column]");
    return cell && { row: Number(cell.dataset.row), column: Number(cell.dataset.column) };
  }

  press(event) {
    const at = this.at(event);
    if (!at) return;
    event.preventDefault(); // the table is what has the focus, not a cell
    this.anchor = event.shiftKey ? this.anchor || { ...this.active } : null;
    this.active = at;
    this.body.focus({ preventScroll: true });
    this.draw();
  }

  key(event) {
    if (event.target === this.editor()) return;
    const page = Math.max(1, Math.floor(this.body.clientHeight / HEIGHT) - 1);
    const isFar = event.ctrlKey || event.metaKey;
    const far = isFar ? Infinity : 1;
    const moves = {
      ArrowUp: [-far, 0],
      ArrowDown: [far, 0],
      ArrowLeft: [0, -far],
      ArrowRight: [0, far],
      PageUp: [-page, 0],
      PageDown: [page, 0],
      Home: [isFar ? -Infinity : 0, -Infinity],
      End: [isFar ? Infinity : 0, Infinity],
    };
    const letter = event.key.toLowerCase();
    if (event.key in moves) this.move(...moves[event.key], event.shiftKey);
    else if (event.key === "Enter" || event.key === "F2") this.edit();
    else if (event.key === "Delete" || event.key === "Backspace") this.set(this.cells().map((cell) => [...cell, ""]));
    else if (event.key === "Escape") this.anchor = null;
    else if (isFar && letter === "a") this.all();
    else if (isFar && letter === "z") this.model.send({ ask: event.shiftKey ? "redo" : "undo" });
    else if (event.key.length === 1 && !isFar && !event.altKey) this.edit(event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.draw();
  }

  move(down, right, isChoosing) {
    this.anchor = isChoosing ? this.anchor || { ...this.active } : null;
    this.active = {
      row: clamp(this.active.row + down, this.shape.rows - 1),
      column: clamp(this.active.column + right, this.shape.columns.length - 1),
    };
    const { body } = this;
    const top = this.active.row * HEIGHT;
    body.scrollTop = Math.min(top, Math.max(body.scrollTop, top + HEIGHT - body.clientHeight));
    this.draw();
    const cell = this.cell(this.active);
    if (cell) cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  cell({ row, column }) {
    return this.space.querySelector(`[data-row="${row}"][data-column="${column}"]`);
  }

  all() {
    this.anchor = { row: 0, column: 0 };
    this.active = { row: Math.max(0, this.shape.rows - 1), column: Math.max(0, this.shape.columns.length - 1) };
  }

  edit(text) {
    const row = this.kept.get(this.active.row);
    const cell = this.cell(this.active);
    if (!row || !cell || this.editor()) return;
    const { row: at, column } = this.active;
    const [now, was] = row.cells[column];
    const before = was === undefined ? now : was;
    const label = `${this.shape.columns[column].label}, line ${row.line}`;
    const box = child(this.space, "input", "listkit-editor", { type: "text", "aria-label": label, dir: "auto" });
    Object.assign(box.style, { top: `${at * HEIGHT}px`, left: `${cell.offsetLeft}px`, width: `${cell.offsetWidth}px` });
    box.value = text === undefined ? before : text;
    let isOver = false;
    const close = (isKept) => {
      if (isOver) return;
      isOver = true;
      const { value } = box;
      box.remove();
      if (isKept && value !== before) this.set([[at, column, value]]);
    };
    box.addEventListener("blur", () => close(true));
    box.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (!["Escape", "Enter", "Tab"].includes(event.key)) return;
      event.preventDefault();
      close(event.key !== "Escape");
      this.body.focus({ preventScroll: true });
      if (event.key === "Enter") this.move(1, 0, false);
      if (event.key === "Tab") this.move(0, event.shiftKey ? -1 : 1, false);
    });
    box.focus({ preventScroll: true });
    if (text === undefined) box.select();
  }

  cells() {
    const [top, bottom, left, right] = this.chosen();
    const cells = [];
    for (let at = top; at <= bottom; at++) for (let column = left; column <= right; column++) cells.push([at, column]);
    return cells;
  }

  // What is set is told by its place in the order that is shown; the kernel knows the rows.
  set(cells) {
    if (cells.length) this.model.send({ ask: "edit", cells, version: this.shape.version });
  }

  copy(event) {
    if (event.target === this.editor()) return;
    const [top, bottom, left, right] = this.chosen();
    const lines = [];
    for (let at = top; at <= bottom; at++) {
      const row = this.kept.get(at);
      if (row) lines.push(row.cells.slice(left, right + 1).map(([now]) => now.replace(/[\t\n\r]/g, " ")).join("\t"));
    }
    event.clipboardData.setData("text/plain", lines.join("\n"));
    event.preventDefault();
    event.stopPropagation();
  }

  paste(event) {
    if (event.target === this.editor()) return;
    event.preventDefault();
    event.stopPropagation();
    const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
    const [top, , left] = this.chosen();
    const cells = [];
    text.split("\n").forEach((line, down) =>
      line.split("\t").forEach((value, right) => {
        const isInside = top + down < this.shape.rows && left + right < this.shape.columns.length;
        if (isInside) cells.push([top + down, left + right, value]);
      }),
    );
    this.set(cells);
  }
}

function clamp(value, most) {
  return Math.max(0, Math.min(value, most));
}

function child(parent, tag, name, attributes = {}) {
  const made = document.createElement(tag);
  made.className = name;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.appendChild(made);
  return made;
}

export default { render };
