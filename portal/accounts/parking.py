"""What was typed when a session had ended: parked for its owner, who gets it back after signing in."""


def park() -> str:
    return ""
