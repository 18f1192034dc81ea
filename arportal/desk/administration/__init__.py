"""What an admin sets: values of one company and of those who buy for it, and of thousands of companies together."""
