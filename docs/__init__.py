"""The course's pages: texts as Markdown, and the site that is made of them and of the lessons."""
