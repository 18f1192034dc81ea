"""The looks of single values: amounts, days, numbers, the words and colours of states, icons."""
