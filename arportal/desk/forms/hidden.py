"""The fields of a form that was sent, to be sent once more from the page that asks whether it is meant."""

from django.http import QueryDict

from arportal.desk.format.number_formats import CHOICE

LEFT_OUT = ("csrfmiddlewaretoken", "step", CHOICE)


def hidden_fields(data: QueryDict, *left_out: str) -> list[tuple[str, str]]:
    """Names and values, without what the page itself adds and without those left out."""
    return [
        (name, str(value))
        for name, values in data.lists()
        for value in values
        if name not in (*LEFT_OUT, *left_out)
    ]
