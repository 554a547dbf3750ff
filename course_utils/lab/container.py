"""``python -m course_utils.lab.container COMMAND``: a hub's own command, with the lessons in place.

What a container starts with: it copies the lessons that are not there yet, lets Jupyter know the
course's settings, and becomes the command, so that the hub's signals, base URL and token reach it.
"""

from __future__ import annotations

import os
import sys

from course_utils import places, settings
from course_utils.lab.copies import WorkFolderError, copy_notebooks
from course_utils.lab.launcher import add_config


def main(command: list[str]) -> None:
    """Prepare the user's folder, and become `command` there; does not return."""
    try:
        work = settings.pin_work_dir()
        copy_notebooks(places.notebooks_dir(), work)
    except (WorkFolderError, settings.SettingError) as error:
        sys.exit(str(error))
    add_config()
    os.chdir(work)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
