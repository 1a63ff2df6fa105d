"""Passwords of accounts. The hashing is shared with the cards: workflow/passwords.py."""

from workflow.passwords import hash_password, verify_password

__all__ = ["hash_password", "verify_password"]
