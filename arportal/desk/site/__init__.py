"""What every page stands in: access, layout, links, where a form leads, theme, health."""
