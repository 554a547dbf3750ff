"""JupyterLab on a student's own copies of the lessons."""
