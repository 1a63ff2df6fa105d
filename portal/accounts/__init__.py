"""Accounts: signing in and out, one's own account, the employer's account and its registration. Knows no case."""
