"""How these pages become a site: `make docs`. The same files read well as they are."""

project = "Plumbline"
author = "The Plumbline authors"
copyright = "The Plumbline authors, Apache-2.0"

extensions = ["myst_parser"]
myst_heading_anchors = 4  # `page.md#a-heading`, as in a repository's own view
html_theme = "furo"
html_title = "Plumbline"
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#8a4b08", "color-brand-content": "#8a4b08"},
    "dark_css_variables": {"color-brand-primary": "#e0b070", "color-brand-content": "#e0b070"},
}
html_copy_source = False
html_show_sphinx = False
# SQL with {{ placeholders }} is not quite SQL.
suppress_warnings = ["misc.highlighting_failure"]
exclude_patterns = ["pictures"]
