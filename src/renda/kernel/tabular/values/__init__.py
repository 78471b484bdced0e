"""From a raw cell to a value of its column, or to what is wrong with it and how to mend it."""
