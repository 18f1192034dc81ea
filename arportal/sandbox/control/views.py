"""The control addresses: reset, requests, faults, storm, door, clock, rate limit, quirks. They need no token
and are never logged."""

from dataclasses import asdict
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from arportal.sandbox import database, ratelimit
from arportal.sandbox.control import door, faults, later, log, storm
from arportal.sandbox.requests import clock, params, quirks


def refused(reason: str) -> Response:
    return Response({"error": reason}, status=400)


class Reset(APIView):
    """Back to the seeded state: data, clock, quirks, faults, log and request budget."""

    def post(self, request: Request) -> Response:
        database.restore()
        for state in (clock, quirks, ratelimit):
            state.reset()
        faults.clear()
        storm.clear()
        later.forget()
        log.clear()
        return Response({"reset": True})


class Requests(APIView):
    def get(self, request: Request) -> Response:
        """?after=<id> leaves out what was read before."""
        after = params.number(request, "after") or 0
        return Response([asdict(entry) for entry in log.entries(after)])

    def delete(self, request: Request) -> Response:
        log.clear()
        return Response([])


class Faults(APIView):
    def get(self, request: Request) -> Response:
        return Response([rule.shown() for rule in faults.rules()])

    def post(self, request: Request) -> Response:
        """One rule or a list of them, added behind those already there."""
        given: list[Any] = request.data if isinstance(request.data, list) else [request.data]
        try:
            faults.add([faults.read(rule) for rule in given])
        except faults.BadRule as error:
            return refused(str(error))
        return self.get(request)

    def delete(self, request: Request) -> Response:
        faults.clear()
        return Response([])


class Storm(APIView):
    def post(self, request: Request) -> Response:
        """See control/storm.py for the body; one storm at a time."""
        try:
            storm.begin(request.data)
        except faults.BadRule as error:
            return refused(str(error))
        return Response({"storm": True})

    def delete(self, request: Request) -> Response:
        storm.clear()
        return Response({"storm": False})


class Door(APIView):
    def post(self, request: Request) -> Response:
        """{"seconds": n}: for so long every connection is refused; those that are open end with their next
        answer."""
        given = request.data if isinstance(request.data, dict) else {}
        if not isinstance(given.get("seconds"), int | float):
            return refused("Send seconds, a number.")
        door.close(given["seconds"])
        return Response({"closed_for": given["seconds"]})


class Clock(APIView):
    def get(self, request: Request) -> Response:
        return Response({"now": clock.now()})

    def put(self, request: Request) -> Response:
        """{"now": Unix seconds} or {"advance": seconds}."""
        given = request.data if isinstance(request.data, dict) else {}
        for name, move in (("now", clock.move_to), ("advance", clock.advance)):
            if isinstance(given.get(name), int | float):
                move(given[name])
                return self.get(request)
        return refused("Send now or advance, in seconds.")


class RateLimit(APIView):
    def put(self, request: Request) -> Response:
        """{"requests": n or null for no limit, "seconds"?: so long is its minute}, until it is reset."""
        given = request.data if isinstance(request.data, dict) else {}
        allocated = given.get("requests", 0)
        seconds = given.get("seconds", ratelimit.SECONDS)
        numbers = [seconds] if allocated is None else [allocated, seconds]
        if not all(type(number) in (int, float) and number > 0 for number in numbers):
            return refused("Send requests, a number or null, and seconds, a number.")
        ratelimit.change(allocated, seconds)
        return Response({"requests": allocated, "seconds": seconds})


class Quirks(APIView):
    def get(self, request: Request) -> Response:
        return Response(
            {name: asdict(quirk) | {"value": quirks.get(name)} for name, quirk in quirks.QUIRKS.items()}
        )

    def put(self, request: Request) -> Response:
        given = request.data if isinstance(request.data, dict) else {}
        try:
            quirks.change({str(name): str(value) for name, value in given.items()})
        except quirks.UnknownQuirk as error:
            return refused(str(error))
        return self.get(request)
