"""The commands of ``python -m course_utils``, one module each, loaded when asked for."""
