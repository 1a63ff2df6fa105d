"""Walking the whole road through HTTP only, as a browser would."""
