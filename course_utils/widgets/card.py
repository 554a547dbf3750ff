"""A frame around ipywidgets controls: its look, its name, and the keys that belong to it."""

import anywidget
import traitlets

from course_utils.widgets.panel_style import CARD_CSS

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
  claim();
}
export default { render };
"""


class Frame(anywidget.AnyWidget):
    """The first child of a box with the class ``course-card``; shows nothing itself."""

    _esm = _ESM
    _css = CARD_CSS
    title = traitlets.Unicode().tag(sync=True)
