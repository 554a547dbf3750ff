"""The look of what students click; it follows the notebook's theme (:mod:`course_utils.theme`)."""

from course_utils.plots.in_theme import TURNED
from course_utils.theme import DARK, EDGE, INK, PAPER, QUIET, shade, tint

FOCUS = shade("#1a73e8", 75)
ACTION = "#1f5c99"
GROUND = tint(INK, 3)

CARD_CSS = f"""
.course-card {{
  --jp-widgets-color: {INK}; --jp-widgets-label-color: {INK}; --jp-ui-font-color1: {INK};
  --jp-content-font-color1: {INK}; --jp-widgets-input-color: {INK};
  --jp-widgets-input-background-color: {PAPER}; --jp-widgets-input-border-color: {EDGE};
  --jp-widgets-inline-label-width: max-content;
  color: {INK}; background: {GROUND}; border: 1px solid {EDGE}; border-radius: 4px;
  padding: 8px 12px; max-width: 60em; box-sizing: border-box; overflow: visible;
}}
.course-card .widget-html-content, .course-card .widget-htmlmath-content {{
  color: {INK}; line-height: 1.45; white-space: normal;
}}
.course-card .widget-html, .course-card .widget-htmlmath {{ height: auto; max-width: 100%; }}
.course-card > .widget-htmlmath > .widget-htmlmath-content {{ flex: 1; }}
.course-card .jupyter-button {{
  background: {PAPER}; color: {INK}; border: 1px solid {EDGE}; width: auto; padding: 0 12px;
  align-self: flex-start; flex-shrink: 0;
}}
.course-card .jupyter-button.mod-primary {{
  background: {ACTION}; color: #ffffff; border-color: {shade(ACTION)};
}}
.course-card .jupyter-button:disabled {{ color: {QUIET}; opacity: 1; border-style: dashed; }}
.course-card .jupyter-button:focus-visible, .course-card input:focus-visible,
.course-card select:focus-visible, .course-card summary:focus-visible {{
  outline: 3px solid {FOCUS}; outline-offset: 2px;
}}
.course-card .widget-radio, .course-card .widget-radio-box {{ width: auto; height: auto; }}
.course-card .widget-radio-box label {{ /* the circle comes last in the page, and stands first */
  height: auto; white-space: normal; line-height: 1.35; padding: 3px 0; font-size: inherit;
  display: grid; grid-template-columns: 22px 1fr; align-items: start;
}}
.course-card .widget-radio-box input {{
  grid-column: 1; grid-row: 1; width: 14px; height: 14px; margin: 2px 0 0;
}}
.course-card .widget-checkbox {{ width: auto; height: auto; }}
.course-card .widget-checkbox label {{
  white-space: normal; line-height: 1.35; height: auto; padding: 3px 0;
}}
"""

PANEL_CSS = f"""
.course-panel {{
  color: {INK}; background: {PAPER}; border: 1px solid {EDGE}; border-radius: 4px;
  padding: 8px 12px; max-width: 1100px; box-sizing: border-box; line-height: 1.4;
}}
.course-controls {{ display: flex; flex-wrap: wrap; gap: 6px 18px; align-items: center; }}
.course-panel label {{ display: inline-flex; align-items: center; gap: 6px; color: {INK}; }}
.course-panel input[type="range"] {{ accent-color: {ACTION}; width: 150px; margin: 4px 0; }}
.course-value {{ min-width: 4.2em; font-variant-numeric: tabular-nums; }}
.course-panel button, .course-panel select {{
  font: inherit; color: {INK}; background: {PAPER}; border: 1px solid {EDGE};
  border-radius: 3px; padding: 2px 10px;
}}
.course-panel button:disabled {{ color: {QUIET}; border-style: dashed; }}
.course-panel button:focus-visible, .course-panel input:focus-visible,
.course-panel select:focus-visible {{ outline: 3px solid {FOCUS}; outline-offset: 2px; }}
.course-stage {{ margin-top: 6px; overflow-x: auto; }}
@media (max-width: 1000px) {{ .course-stage {{ margin: 6px -12px 0; }} }} /* from edge to edge */
.course-row {{ display: flex; flex-wrap: wrap; }}
.course-piece {{ position: relative; }}
.course-view {{ position: relative; overflow: hidden; }}
.course-stage img {{ position: absolute; display: block; max-width: none; height: auto; }}
{DARK} .course-stage img {{ filter: {TURNED}; mix-blend-mode: screen; }}
{DARK} .course-stage i {{ backdrop-filter: {TURNED}; }}
.course-stage i {{ position: absolute; pointer-events: none; }}
.course-gone {{ color: {QUIET}; margin: 0 0 4px; }}
.course-panel .course-numbers {{ display: flex; flex-wrap: wrap; margin: 6px 0 0; padding: 0; }}
.course-panel .course-numbers div {{ display: inline-flex; gap: 6px; margin: 0 22px 2px 0; }}
.course-panel .course-numbers :is(dt, dd) {{
  float: none; width: auto; margin: 0; padding: 0; color: {INK}; overflow: visible;
}}
.course-panel .course-numbers dt {{ font-weight: normal; }}
.course-panel .course-numbers dd {{ font-weight: bold; font-variant-numeric: tabular-nums; }}
.course-spoken {{
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
}}
/* a slider that lies in the picture: only its knob takes the pointer, so several may overlap */
.course-panel input.course-handle {{
  position: absolute; height: 22px; margin: 0; padding: 0; background: transparent;
  appearance: none; -webkit-appearance: none; pointer-events: none;
}}
.course-handle::-webkit-slider-runnable-track {{ background: transparent; height: 22px; }}
.course-handle::-moz-range-track {{ background: transparent; height: 22px; }}
.course-handle::-webkit-slider-thumb {{
  -webkit-appearance: none; pointer-events: auto; width: 22px; height: 22px; cursor: ew-resize;
  border-radius: 50%; border: 2px solid #ffffff; background: {ACTION};
  box-shadow: 0 0 0 2px {INK};
}}
.course-handle::-moz-range-thumb {{
  pointer-events: auto; width: 18px; height: 18px; cursor: ew-resize;
  border-radius: 50%; border: 2px solid #ffffff; background: {ACTION};
  box-shadow: 0 0 0 2px {INK};
}}
.course-handle[data-symbol="model"]::-webkit-slider-thumb {{
  background: #a33c00; border-radius: 3px;
}}
.course-handle[data-symbol="model"]::-moz-range-thumb {{ background: #a33c00; border-radius: 3px; }}
.course-panel input.course-upright {{
  writing-mode: vertical-lr; direction: rtl; width: 22px; height: auto;
}}
.course-upright::-webkit-slider-runnable-track {{ height: auto; width: 22px; }}
.course-upright::-webkit-slider-thumb {{ cursor: ns-resize; }}
.course-upright::-moz-range-thumb {{ cursor: ns-resize; }}
.course-panel .course-goals {{ list-style: none; margin: 0 0 6px; padding: 0; }}
.course-panel .course-goals li {{ margin: 0 0 2px; }}
.course-panel .course-reached {{ color: {shade("#25873f")}; }}
.course-handle[data-symbol="critic"]::-webkit-slider-thumb {{ background: #00664b; }}
.course-handle[data-symbol="critic"]::-moz-range-thumb {{ background: #00664b; }}
"""
