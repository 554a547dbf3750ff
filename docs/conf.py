"""Sphinx's settings for the site. ``python -m docs.site`` prepares the sources and calls it."""

import os

project = "Wasserstein GANs, from probability to digits"
author = 'The authors of "Wasserstein GANs, from probability to digits"'
copyright = "the authors; code MIT, texts CC BY 4.0, MNIST CC BY-SA 3.0"
language = "en"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["generated/*.html"]

# the lessons come with their outputs (docs/site/execute.py)
nb_execution_mode = "off"
nb_merge_streams = True
myst_enable_extensions = ["amsmath", "colon_fence", "dollarmath"]
myst_heading_anchors = 3
myst_update_mathjax = False
suppress_warnings = ["mystnb.unknown_mime_type"]  # widgets without a tour fail the tour's own test

# one file that needs no fonts, laid beside the pages; formulas also in what a cell has put out
mathjax_path = "mathjax/tex-svg.js"
mathjax3_config = {
    "tex": {"inlineMath": [["$", "$"], ["\\(", "\\)"]], "processEscapes": True},
    "options": {
        "ignoreHtmlClass": "document|mathjax_ignore",
        "processHtmlClass": "math|text_html|text_markdown",
        "enableMenu": False,
    },
    "svg": {"fontCache": "global"},
}

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # numpydoc says the types, with shapes and units
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
nitpicky = True
# what the types of docstrings say in words, and names of other packages; our own are held to exist
nitpick_ignore_regex = [("py:.*", r"(?!course_utils\.).*")]

html_theme = "pydata_sphinx_theme"
html_title = project
html_static_path = ["_static", os.environ.get("COURSE_SITE_STATIC", "_static")]
html_css_files = ["course.css", "site.css"]
html_js_files = ["site.js"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_sidebars = {"index": [], "generated/numbers": [], "docs/support": []}
html_context = {"default_mode": "auto"}
html_theme_options = {
    "logo": {"text": "Wasserstein GANs"},
    "navbar_end": ["theme-switcher"],
    "secondary_sidebar_items": {"**": ["page-toc"], "index": []},
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "show_toc_level": 2,
    "back_to_top_button": False,
}
