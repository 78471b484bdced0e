"""The ways out of the house. Which there are is said by ``settings.NOTIFY``; see ``docs/notify.md``."""
