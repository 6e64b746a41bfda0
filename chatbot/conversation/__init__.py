"""What a question means: what it takes from the turns before it, and the time that it names."""
