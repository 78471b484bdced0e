"""The web process with one topic for tests: ``python -m renda.kernel.live.tests.server PORT``."""

import os
import sys


def main(port: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renda.site.settings")
    import django

    django.setup()
    import uvicorn
    from uvicorn.importer import import_from_string

    from renda.kernel.live import api as live

    # By name, as an operator gives it to uvicorn: no kernel module knows the site.
    application = import_from_string("renda.site.asgi:application")
    live.topic(
        "tests.shared", may=lambda account, key: key != "secret", value=lambda key: {"text": f"第{key}号"}
    )

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: object = None) -> None:
            application.stopping.set()
            await super().shutdown()

    config = uvicorn.Config(
        application, host="127.0.0.1", port=port, log_config=None, timeout_graceful_shutdown=4
    )
    Server(config).run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
