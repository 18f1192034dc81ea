"""Static files as a web server keeps them: compressed, and under a name that changes with their content."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    # Our scripts import each other by such names, too: by the plain one a browser would keep an old script beside a
    # new one. Django's own switch for it is for all scripts, and those of others name files that they do not bring.
    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("arportal/*.js", ((r'(?P<matched>from "(?P<url>\./[\w-]+\.js)")', 'from "%(url)s"'),)),
    )
