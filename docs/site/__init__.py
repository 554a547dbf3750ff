"""The site: ``python -m docs.site``.

One way through: :mod:`.execute` runs the lessons, :mod:`.in_kernel` shows in them what a page
without a kernel can show, :mod:`.assemble` lays their outputs and the texts of ``docs/`` out as
sources, Sphinx builds them by ``docs/conf.py``, and :mod:`.inspect_pages` looks at what came out.
"""
