"""The look of what students click: the same in a light and in a dark notebook.

Every colour comes with the colour of its text; each pair has a contrast of at least 4.5 : 1, and
the edges of controls at least 3 : 1, as WCAG AA asks.
"""

from course_utils.exercises.boxes import INK

FOCUS = "#005fcc"
EDGE = "#6b7280"
ACTION = "#1f4e79"

# ipywidgets takes its colours from the notebook's theme; inside a card they are fixed
CARD_CSS = f"""
.course-card {{
  --jp-widgets-color: {INK}; --jp-widgets-label-color: {INK}; --jp-ui-font-color1: {INK};
  --jp-content-font-color1: {INK}; --jp-widgets-input-color: {INK};
  --jp-widgets-input-background-color: #ffffff; --jp-widgets-input-border-color: {EDGE};
  --jp-widgets-inline-label-width: max-content;
  color: {INK}; background: #f7f8fa; border: 1px solid #8a8f98; border-radius: 4px;
  padding: 8px 12px; max-width: 60em; box-sizing: border-box; overflow: visible;
}}
.course-card .widget-html-content, .course-card .widget-htmlmath-content {{
  color: {INK}; line-height: 1.45; white-space: normal;
}}
.course-card .widget-html, .course-card .widget-htmlmath {{ height: auto; max-width: 100%; }}
.course-card > .widget-htmlmath > .widget-htmlmath-content {{ flex: 1; }}
.course-card .jupyter-button {{
  background: #ffffff; color: {INK}; border: 1px solid {EDGE}; width: auto; padding: 0 12px;
  align-self: flex-start; flex-shrink: 0;
}}
.course-card .jupyter-button.mod-primary {{
  background: {ACTION}; color: #ffffff; border-color: {ACTION};
}}
.course-card .jupyter-button:disabled {{ color: #5c636e; opacity: 1; border-style: dashed; }}
.course-card .jupyter-button:focus-visible, .course-card input:focus-visible,
.course-card select:focus-visible, .course-card summary:focus-visible {{
  outline: 3px solid {FOCUS}; outline-offset: 2px;
}}
.course-card .widget-radio, .course-card .widget-radio-box {{ width: auto; height: auto; }}
.course-card .widget-radio-box label {{
  height: auto; white-space: normal; line-height: 1.35; padding: 3px 0; font-size: inherit;
}}
.course-card .widget-checkbox {{ width: auto; height: auto; }}
.course-card .widget-checkbox label {{
  white-space: normal; line-height: 1.35; height: auto; padding: 3px 0;
}}
"""
