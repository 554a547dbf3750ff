"""Drawing. Functions take what was computed elsewhere and return a Matplotlib figure."""

from course_utils.plots.style import described, show, use_course_style

__all__ = ["described", "show", "use_course_style"]
