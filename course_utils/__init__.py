"""The package under the Wasserstein GAN course.

Import the module you need (``from course_utils import divergences``); importing the package
itself loads nothing, so that a lesson without neural networks never waits for torch.
"""

__version__ = "2.0.0"
