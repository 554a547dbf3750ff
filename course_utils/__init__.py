"""The package under the Wasserstein GAN course.

Import the module you need (``from course_utils import divergences``); importing the package
itself loads nothing, so that a lesson without neural networks never waits for torch. In a notebook
it looks at what it finds there, and says so if that is from another version of the course.
"""

import sys as _sys

__version__ = "2.0.0"

_ipython = _sys.modules.get("IPython")
if _ipython and hasattr(_ipython.get_ipython(), "kernel"):
    from course_utils.lab.kernel_check import check as _check

    _check()
