"""The surroundings of every page: access, layout, links, where a form leads, theme, health."""
