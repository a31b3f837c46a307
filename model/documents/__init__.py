"""What a text with events is, what a set can say, and text as this package reads it: the floor that all stand on."""
