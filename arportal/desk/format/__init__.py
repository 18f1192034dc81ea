"""How a value looks: amounts, days, numbers, states, icons, and the markup around them."""
