"""The experiments of the lessons: what is trained, on what, and what is kept of it."""
