"""What a run, and a change from one run to another, looks like: text, JSON, Markdown and a page."""
