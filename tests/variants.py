"""How much of the big tests is run: ``COURSE_FULL_TESTS=1`` asks for all of it.

Without it they prove the same on fewer seeds, students and lessons, so that the whole suite stays
within ten minutes. CONTRIBUTING.md says which tests have a big variant.
"""

import os

FULL = os.environ.get("COURSE_FULL_TESTS") == "1"
