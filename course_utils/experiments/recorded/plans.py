"""Every recording and what it consists of: the one list that the command and the test go by."""

from __future__ import annotations

from course_utils.experiments.recorded import convolutional, losses, models, plane
from course_utils.experiments.recorded.make import Plan

PLANS: dict[str, Plan] = {
    "plane": plane.PLAN,
    "tuning": models.TUNING,
    "models": models.PLAN,  # at the settings that tuning found
    "losses": losses.PLAN,
    "convolutional": convolutional.PLAN,
}
