"""What pyproject.toml cannot say: an installed course carries its lessons and data inside.

In a clone they lie beside the package, where readers look for them; `course_utils.places` finds
them in either place.
"""

from pathlib import Path

from setuptools import find_packages, setup

CARRIED = [
    folder.as_posix()
    for top in ("notebooks", "data")
    for folder in (Path(top), *sorted(Path(top).rglob("*")))
    if folder.is_dir() and not any(part.startswith((".", "_")) for part in folder.parts)
]
INSIDE = {f"course_utils.{folder.replace('/', '.')}": folder for folder in CARRIED}

setup(
    packages=[*find_packages(include=["course_utils*"]), *INSIDE],
    package_dir=INSIDE,
)
