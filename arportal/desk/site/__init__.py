"""What every page stands in: access, frame, links, where a form leads, theme, health."""
