/// Owns the screen.
