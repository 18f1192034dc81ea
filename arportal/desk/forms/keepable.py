"""Forms that are kept when they are sent without a session."""

from arportal.desk.format.showing import is_showing


class Keepable:
    """Mixed into each form of a view that `keeps` what was sent to it without a session."""

    def is_valid(self) -> bool:
        valid: bool = super().is_valid()  # type: ignore[misc]  # of the form it is mixed into
        return valid and not is_showing()
