"""An answer as others read it: JSON, Markdown, a chat message, text for a terminal."""
