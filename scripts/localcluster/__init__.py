"""What scripts/cluster does: the services of a Compose file as processes of this machine."""
