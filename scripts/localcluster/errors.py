"""What the user can mend."""


class ClusterError(Exception):
    """Told in one line, without a stack trace."""
