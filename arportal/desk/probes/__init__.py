"""What operators and their programs ask: is it up, is it ready, and how is it doing."""
