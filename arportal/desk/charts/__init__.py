"""Charts as shapes with their places, for templates/charts/ to draw as SVG: no script, and a table behind each."""
