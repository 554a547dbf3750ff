"""Colours that follow the notebook's theme, light or dark, as CSS values for style attributes.

Ink and paper are the front end's own variables (JupyterLab's, else VS Code's, else black on
white). Every other colour is mixed from a hue and one of these, so its contrast is the same in
either theme: at least 4.5 : 1 for text and 3 : 1 for edges, as WCAG AA asks. No style sheet is
needed, so a saved output looks the same again.
"""

from __future__ import annotations

INK = "var(--jp-content-font-color0, var(--vscode-editor-foreground, #1a1a1a))"
PAPER = "var(--jp-layout-color0, var(--vscode-editor-background, #ffffff))"
# dark themes are named on the body, by JupyterLab and by VS Code
DARK = ':is([data-jp-theme-light="false"], .vscode-dark)'


def tint(colour: str, share: int = 10) -> str:
    """A ground: the paper with a little of a colour."""
    return f"color-mix(in srgb, {colour} {share}%, {PAPER})"


def shade(colour: str, share: int = 60) -> str:
    """A text or an edge: a colour drawn towards the ink."""
    return f"color-mix(in srgb, {colour} {share}%, {INK})"


EDGE = f"color-mix(in srgb, {INK} 60%, {PAPER})"
QUIET = f"color-mix(in srgb, {INK} 75%, {PAPER})"  # text of less weight
