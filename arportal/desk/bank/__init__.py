"""Bank statements: files taken in, their lines, and the page to work through a day's lines by keyboard."""
