"""Lists: filters in the URL, columns remembered, counts, sort, pages of fifty, export of what is shown."""
