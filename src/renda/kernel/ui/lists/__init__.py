"""Lists: filters in the URL, columns chosen and remembered, counts, sort, pages of fifty, export of what is shown."""
