"""``python -m course_utils.experiments.recorded``: make the recorded runs."""

import sys

from course_utils.experiments.recorded.make import main

sys.exit(main())
