"""A frame around ipywidgets controls: its look, its name, and the keys that belong to it."""

import anywidget
import traitlets

from course_utils.widgets.panel_style import CARD_CSS
from course_utils.widgets.still import HOW

# the card's own element is not there yet when this one is made, hence the second look
_ESM = """
function render({ model, el }) {
  const claim = () => {
    const card = el.closest(".course-card");
    if (!card) { requestAnimationFrame(claim); return; }
    card.setAttribute("role", "group");
    card.setAttribute("aria-label", model.get("title"));
    card.addEventListener("keydown", (event) => { // these keys would move between the cells
      if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
    });
  };
  const gone = Object.assign(document.createElement("p"),
    { className: "course-gone", hidden: true, textContent: model.get("how") });
  el.append(gone);
  const showLife = async () => {
    const whole = await model.widget_manager.get_model(model.get("own_id"));
    const dead = !whole.comm_live;
    gone.hidden = !dead;
    for (const child of el.closest(".course-card")?.children ?? []) {
      if (!child.contains(el)) child.inert = dead; // no answer that nobody judges
    }
  };
  model.on("comm_live_update", showLife);
  claim();
  showLife();
  return () => model.off("comm_live_update", showLife);
}
export default { render };
"""


class Frame(anywidget.AnyWidget):
    """The first child of a box with the class ``course-card``; shows nothing itself."""

    _esm = _ESM
    _css = CARD_CSS
    title = traitlets.Unicode().tag(sync=True)
    how = traitlets.Unicode(HOW).tag(sync=True)  # said once the kernel is gone
    own_id = traitlets.Unicode().tag(sync=True)  # of the model, to ask whether the kernel is there

    def __init__(self, **traits):
        super().__init__(**traits)
        self.own_id = self.model_id or ""
