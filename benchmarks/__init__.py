"""How fast the course is, against what others do: `python -m benchmarks`, see README.md."""
