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
  const [left, width, top] = control.place;
  input.className = "course-handle";
  input.title = control.label;
  input.dataset.symbol = control.symbol;
  // half a knob overhangs at each end, so that its middle lies where the value is
  input.style.left = `calc(${100 * left}% - 11px)`;
  input.style[control.upright ? "height" : "width"] = `calc(${100 * width}% + 22px)`;
  input.style.top = `calc(${100 * top}% - 11px)`;
  input.classList.toggle("course-upright", control.upright);
  return { node: input, input, update, inPicture: true };
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
  const image = make("img", { draggable: false });
  const stage = make("div", { className: "course-stage" }, image);
  const numbers = make("dl", { className: "course-numbers" });
  const spoken = make("div", { className: "course-spoken", role: "status" });
  const goals = make("ul", { className: "course-goals", "aria-label": "Goals" });
  const cheer = make("div", { className: "course-spoken", role: "status" });
  const gone = make("p", { className: "course-gone", hidden: true, textContent: model.get("how") });
  const plates = make("span");
  stage.append(plates); // under the knobs, which follow
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
    (part.inPicture ? stage : controls).append(part.node);
  }

  let address = null;
  let speaking = null;
  const showValues = () => {
    for (const [name, value] of Object.entries(model.get("values"))) parts[name].update(value);
  };
  const showImage = () => {
    const previous = address;
    const frame = model.get("frame");
    address = URL.createObjectURL(new Blob([model.get("image")], { type: "image/jpeg" }));
    image.onload = () => {
      if (previous) URL.revokeObjectURL(previous);
      image.dataset.frame = frame;
      if (model.get("running")) model.send({ shown: frame });
    };
    image.src = address;
    image.alt = model.get("alt");
    plates.replaceChildren(...model.get("filled").map(([left, top, width, height]) => {
      const plate = make("i");
      Object.assign(plate.style, { left: `${100 * left}%`, top: `${100 * top}%`,
        width: `${100 * width}%`, height: `${100 * height}%` });
      return plate;
    }));
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
