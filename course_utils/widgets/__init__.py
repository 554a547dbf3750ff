"""Live views: what moves under a student's hand or before their eyes."""

from course_utils.widgets.live import LiveTraining

__all__ = ["LiveTraining"]
