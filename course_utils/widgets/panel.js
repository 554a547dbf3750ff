// Native controls above a picture. Python computes and draws; this shows and listens.

function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("aria-") || name === "role" || name === "for") node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children);
  return node;
}

function shownValue(control, value) {
  if (control.labels.length) return control.labels[value];
  const number = Number(value).toFixed(control.digits).replace("-", "−");
  return control.unit ? `${number} ${control.unit}` : number;
}

// a box of the picture as fractions of one of its pieces, and whether it belongs there
function seenThrough([left, top, width, height], [x, y, w, h]) {
  return [(x - left) / width, (y - top) / height, w / width, h / height];
}

function belongs(piece, box) {
  const [x, y, w, h] = seenThrough(piece, box);
  const within = (middle) => middle >= 0 && middle <= 1;
  return within(x + w / 2) && within(y + h / 2);
}

function slider(control, send) {
  const input = make("input", {
    type: "range", min: control.low, max: control.high, step: control.step,
    "aria-label": control.label,
  });
  const output = make("span", { className: "course-value", "aria-hidden": "true" });
  const update = (value) => {
    if (Number(input.value) !== value) input.value = value;
    output.textContent = shownValue(control, value);
    input.setAttribute("aria-valuetext", output.textContent);
  };
  input.addEventListener("input", () => {
    update(Number(input.value)); // the text follows the hand at once, the picture when it is ready
    send(control.name, Number(input.value));
  });
  if (!control.place) {
    const node = make("label", { className: "course-slider" },
      make("span", {}, control.label), input, output);
    return { node, input, update };
  }
  const [left, length, top] = control.place;
  input.className = "course-handle";
  input.title = control.label;
  input.dataset.symbol = control.symbol;
  input.classList.toggle("course-upright", control.upright);
  const box = control.upright ? [left, top, 0, length] : [left, top, length, 0];
  const lie = (piece) => { // half a knob overhangs, so that its middle lies where the value is
    const [x, y, width, height] = seenThrough(piece, box);
    input.style.left = `calc(${100 * x}% - 11px)`;
    input.style.top = `calc(${100 * y}% - 11px)`;
    const extent = 100 * (control.upright ? height : width);
    input.style[control.upright ? "height" : "width"] = `calc(${extent}% + 22px)`;
  };
  return { node: input, input, update, box, lie };
}

function choice(control, send) {
  const input = make("select", { "aria-label": control.label },
    ...control.options.map((option) => make("option", { value: option, textContent: option })));
  input.addEventListener("change", () => send(control.name, input.value));
  const node = make("label", { className: "course-choice" },
    make("span", {}, control.label), input);
  return { node, input, update: (value) => { input.value = value; } };
}

function check(control, send) {
  const input = make("input", { type: "checkbox", "aria-label": control.label });
  input.addEventListener("change", () => send(control.name, input.checked));
  const node = make("label", { className: "course-check" }, input, make("span", {}, control.label));
  return { node, input, update: (value) => { input.checked = value; } };
}

function button(control, _send, press) {
  const input = make("button", { type: "button", textContent: control.label });
  input.addEventListener("click", () => press(control.name));
  return { node: input, input, update: () => {} };
}

const kinds = { slider, choice, check, button };

function hideStill(el) { // JupyterLab's own style does; other front ends have none
  requestAnimationFrame(() => {
    const outputs = el.closest(".jp-OutputArea, .cell_container, .output_container");
    for (const node of outputs ? outputs.querySelectorAll(".course-still") : []) node.hidden = true;
  });
}

function render({ model, el }) {
  const root = make("div", {
    className: "course-panel", role: "group", "aria-label": model.get("title"),
  });
  root.addEventListener("keydown", (event) => { // arrow keys belong to the sliders, not to the cells
    if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
  });
  const controls = make("div", { className: "course-controls" });
  const stage = make("div", { className: "course-stage" });
  const numbers = make("dl", { className: "course-numbers" });
  const spoken = make("div", { className: "course-spoken", role: "status" });
  const goals = make("ul", { className: "course-goals", "aria-label": "Goals" });
  const cheer = make("div", { className: "course-spoken", role: "status" });
  const gone = make("p", { className: "course-gone", hidden: true, textContent: model.get("how") });
  root.append(gone, goals, controls, stage, numbers, spoken, cheer);
  el.append(root);

  const send = (name, value) => {
    model.set("values", { ...model.get("values"), [name]: value });
    model.save_changes(); // one message at a time; later values wait, and only the last is sent
  };
  const press = (name) => model.send({ press: name });
  const parts = {};
  for (const control of model.get("controls")) {
    const part = kinds[control.kind](control, send, press);
    parts[control.name] = part;
    if (!part.lie) controls.append(part.node);
  }

  // the picture in pieces: side by side where there is room, else one below the other
  let laid = "";
  const layPieces = () => {
    const lay = [model.get("rows"), model.get("filled"), model.get("size"), model.get("least")];
    if (JSON.stringify(lay) === laid) return;
    laid = JSON.stringify(lay);
    const [rows, filled, size, least] = lay;
    const held = document.activeElement;
    stage.replaceChildren(...rows.map((row) => make("div", { className: "course-row" },
      ...row.map((piece) => layPiece(piece, filled, size, least)))));
    if (root.contains(held)) held.focus();
  };
  const layPiece = (piece, filled, size, least) => {
    const [left, top, width, height] = piece;
    const [across, down] = [width * size[0], height * size[1]];
    const image = make("img", { draggable: false, alt: "" });
    Object.assign(image.style, { width: `${100 / width}%`, left: `${-100 * left / width}%`,
      top: `${-100 * top / height}%` });
    const view = make("div", { className: "course-view" }, image);
    view.style.aspectRatio = `${across} / ${down}`;
    const node = make("div", { className: "course-piece" }, view);
    Object.assign(node.style, { flex: `${across} 1 ${least * across}px`,
      minWidth: `${least * across}px`, maxWidth: `${across}px` });
    for (const box of filled.filter((box) => belongs(piece, box))) {
      const [x, y, w, h] = seenThrough(piece, box).map((part) => `${100 * part}%`);
      const plate = make("i");
      Object.assign(plate.style, { left: x, top: y, width: w, height: h });
      node.append(plate);
    }
    for (const part of Object.values(parts)) {
      if (part.lie && belongs(piece, part.box)) {
        part.lie(piece);
        node.append(part.node);
      }
    }
    return node;
  };

  let address = null;
  let speaking = null;
  const showValues = () => {
    for (const [name, value] of Object.entries(model.get("values"))) parts[name].update(value);
  };
  const showImage = () => {
    const previous = address;
    const frame = model.get("frame");
    address = URL.createObjectURL(new Blob([model.get("image")], { type: "image/jpeg" }));
    layPieces();
    const [image, ...others] = stage.querySelectorAll("img");
    image.onload = () => {
      if (previous) URL.revokeObjectURL(previous);
      image.dataset.frame = frame;
      if (model.get("running")) model.send({ shown: frame });
    };
    image.alt = model.get("alt"); // for all of them
    for (const part of [image, ...others]) part.src = address;
  };
  const showNumbers = () => {
    const pairs = model.get("numbers");
    numbers.replaceChildren(...pairs.map(([label, text]) => make("div", {},
      make("dt", { textContent: label }), make("dd", { textContent: text }))));
    clearTimeout(speaking); // read out once the hand rests, not at every step
    speaking = setTimeout(() => {
      spoken.textContent = pairs.map((pair) => pair.join(" ")).join(", ");
    }, 700);
  };
  let reachedBefore = null;
  const showGoals = () => {
    const all = model.get("goals");
    goals.hidden = !all.length;
    goals.replaceChildren(...all.map(([text, reached]) => make("li",
      { className: reached ? "course-reached" : "" },
      make("span", { "aria-hidden": "true", textContent: reached ? "✔ " : "○ " }),
      make("b", { textContent: reached ? "Reached: " : "Goal: " }), text)));
    const now = all.filter(([, reached]) => reached).map(([text]) => text);
    if (reachedBefore) {
      const fresh = now.filter((text) => !reachedBefore.includes(text));
      if (fresh.length) cheer.textContent = `Goal reached: ${fresh.join(" ")}`;
    }
    reachedBefore = now;
  };
  const showDisabled = () => {
    const off = new Set(model.get("disabled"));
    for (const [name, part] of Object.entries(parts)) part.input.disabled = dead || off.has(name);
  };
  // once the kernel is gone no knob may move beside a picture that cannot follow
  let dead = false;
  const showLife = async () => {
    const whole = await model.widget_manager.get_model(model.get("own_id"));
    dead = !whole.comm_live;
    gone.hidden = !dead;
    showDisabled();
  };
  hideStill(el);

  const watched = [
    ["change:values", showValues], ["change:frame", showImage],
    ["change:numbers", showNumbers], ["change:disabled", showDisabled],
    ["change:goals", showGoals], ["comm_live_update", showLife],
  ];
  for (const [event, listener] of watched) {
    model.on(event, listener);
    listener();
  }
  return () => {
    for (const [event, listener] of watched) model.off(event, listener);
    clearTimeout(speaking);
    if (address) URL.revokeObjectURL(address);
  };
}

export default { render };
