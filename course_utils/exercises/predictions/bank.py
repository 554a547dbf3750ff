"""Every prediction of the course, by id."""

import importlib

from course_utils.lessons import LESSONS

PREDICTIONS = {
    item.id: item
    for lesson in LESSONS.values()
    if lesson.predictions
    for item in importlib.import_module(f"{__package__}.{lesson.key}").BANK
}
