"""One file for each kind of file that is read: its bytes -> the articles in it."""
