"""What `cuttings serve` puts before the chatbot: the page, the widget, REST, MCP, and what guards them."""
