// One state of an exploration at a time: buttons, a slider, and with it the arrow keys.
function begin(root) {
  const states = [...root.querySelectorAll(":scope > .course-step")];
  if (states.length < 2) return;
  const name = root.getAttribute("aria-label");
  const ways = document.createElement("div");
  ways.className = "course-steps-ways";
  const make = (tag, given) => ways.appendChild(Object.assign(document.createElement(tag), given));
  const back = make("button", { type: "button", textContent: "Previous" });
  const slider = make("input", { type: "range", min: 1, max: states.length, step: 1, value: 1 });
  const on = make("button", { type: "button", textContent: "Next" });
  slider.setAttribute("aria-label", `State of: ${name}`);
  const show = () => {
    const now = Number(slider.value);
    states.forEach((state, k) => { state.hidden = k + 1 !== now; });
    slider.setAttribute("aria-valuetext", `${now} of ${states.length}: ${states[now - 1].dataset.caption}`);
    back.disabled = now === 1;
    on.disabled = now === states.length;
  };
  const move = (by) => { slider.value = Number(slider.value) + by; show(); };
  back.addEventListener("click", () => move(-1));
  on.addEventListener("click", () => move(1));
  slider.addEventListener("input", show);
  states[0].before(ways);
  show();
}
// what scrolls in itself can be scrolled by keys
function reachable() {
  for (const box of document.querySelectorAll(".cell_output .text_html, .course-figure, .course-step, .cell_output pre, mjx-container[display=true]")) {
    if (box.scrollWidth > box.clientWidth && !box.hasAttribute("tabindex")) box.tabIndex = 0;
  }
}
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".course-steps").forEach(begin);
  reachable();
});
window.addEventListener("load", reachable);
window.addEventListener("resize", reachable);
