"""A service: the app on a port, from its start to a clean end.

    with start({"first": zoo.load("runs/first")}) as service:
        print(service.address)

`zoo serve` is the same in a process of its own.
"""

import contextlib
import errno
import importlib.util
import ipaddress
import signal
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

from zoo.errors import ZooError
from zoo.serving.limits import LARGEST_CONNECTIONS, Limits, check_models
from zoo.text.text_model import TextModel

SECONDS_TO_END = 60  # for requests in progress
SECONDS_TO_START = 30
NEEDED = ("fastapi", "uvicorn")


def check_installed() -> None:
    """Raises `ZooError` if the packages of the extra `serve` are not there."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise ZooError(f"a service needs {' and '.join(missing)}: pip install 'seq2seq-zoo[serve]'")


def bind(host: str, port: int) -> socket.socket:
    """Takes a port before models are loaded, so that a port in use is known at once.

    Args:
        host: address or name of this machine that requests reach.
        port: from 1 to 65535, or 0 for any free one.

    Returns:
        A socket that does not listen yet.

    Raises:
        ZooError: the port is in use or not allowed, or the host is not this machine.
    """
    if not 0 <= port <= 65535:
        raise ZooError(f"--port must be a number from 0 to 65535, got {port}")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError):
        raise ZooError(f"there is no host '{host}'; --host takes an address of this machine") from (
            None
        )
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        bound.close()
        raise port_error(host, port, error) from None
    return bound


def port_error(host: str, port: int, error: OSError) -> ZooError:
    """What is said of a port that cannot be had."""
    wrong = error.errno == errno.EADDRNOTAVAIL
    advice = ("choose another with --port", "--host takes an address of this machine")[wrong]
    return ZooError(f"cannot listen on port {port} of {host}: {error.strerror}; {advice}")


def address_of(bound: socket.socket) -> str:
    """Where a browser of this machine finds what listens on a socket."""
    host, port = bound.getsockname()[:2]
    address = ipaddress.ip_address(host.split("%")[0])
    if address.is_unspecified:
        host = "127.0.0.1" if address.version == 4 else "::1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Service:
    """Text models on a port.

    Args:
        models: text models by the name that clients use.
        bound: what `bind` gave.
        limits: of sources and of the queue.
        hosts: names of this machine that requests may use, besides `localhost` and addresses.

    Attributes:
        address: where a browser of this machine finds the page.

    Raises:
        ZooError: the extra `serve` is missing, or a model cannot be loaded or reads files.
    """

    def __init__(
        self,
        models: Mapping[str, TextModel],
        bound: socket.socket,
        limits: Limits = Limits(),
        hosts: tuple[str, ...] = (),
    ):
        check_installed()
        check_models(models)
        import uvicorn

        from zoo.serving.app import make_app

        self.bound = bound
        self.address = address_of(bound)
        self.app = make_app(models, limits, hosts)
        allow_many_files()
        config = uvicorn.Config(
            self.app,
            lifespan="on",
            ws="none",
            access_log=False,
            log_level="error",
            server_header=False,
            proxy_headers=False,
            limit_concurrency=LARGEST_CONNECTIONS,
            timeout_graceful_shutdown=SECONDS_TO_END,
        )
        self._server = make_server(uvicorn, config)
        self._thread: threading.Thread | None = None

    def warm_up(self) -> None:
        """Compiles for each model what the page and a single client ask for first."""
        for worker in self.app.state.workers.values():
            worker.warm_up()

    def listen(self) -> None:
        """Lets clients connect; their requests wait until `run`.

        Raises:
            ZooError: a process that bound the same port was faster to listen.
        """
        try:
            self.bound.listen()
        except OSError as error:
            host, port = self.bound.getsockname()[:2]
            raise port_error(host, port, error) from None

    def run(self) -> None:
        """Answers requests until Ctrl-C or SIGTERM, and then what is in progress.

        A second Ctrl-C ends at once.

        Raises:
            ZooError: another process took the port meanwhile.
        """
        self.listen()
        self._server.run(sockets=[self.bound])

    def start(self) -> "Service":
        """Answers requests in a thread, until `stop`.

        Raises:
            ZooError: the service does not start.
        """
        self.listen()
        self._thread = threading.Thread(target=self.run, name="zoo-serve", daemon=True)
        self._thread.start()
        deadline = time.monotonic() + SECONDS_TO_START
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise ZooError(f"the service at {self.address} does not start")
            time.sleep(0.01)
        return self

    def stop(self) -> None:
        """Ends after the requests in progress."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join()

    def __enter__(self) -> "Service":
        return self if self._thread else self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()


def start(
    models: Mapping[str, TextModel],
    host: str = "127.0.0.1",
    port: int = 0,
    limits: Limits = Limits(),
) -> Service:
    """Serves text models from a thread of this process, such as that of a notebook.

    Args:
        models: text models by the name that clients use.
        host: address that requests reach; the default answers this machine alone.
        port: 0 takes any free one.
        limits: of sources and of the queue.

    Returns:
        The started `Service`, which is a context manager, too.

    Raises:
        ZooError: the extra `serve` is missing, the port is in use, or a model cannot be loaded.
    """
    check_installed()
    return Service(models, bind(host, port), limits, hosts=(host,)).start()


def make_server(uvicorn: Any, config: Any) -> Any:
    """A server that ends with status 0 on Ctrl-C and SIGTERM, which are the proper ways to end it.

    uvicorn's own would raise the signal again, once it is done.
    """

    class Server(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            if threading.current_thread() is not threading.main_thread():
                yield
                return
            before = {
                number: signal.signal(number, self.handle_exit)
                for number in (signal.SIGINT, signal.SIGTERM)
            }
            try:
                yield
            finally:
                for number, handler in before.items():
                    signal.signal(number, handler)

    return Server(config)


def allow_many_files() -> None:
    """Raises the number of files that this process may open: each connection is one."""
    try:
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = 2 * LARGEST_CONNECTIONS
        if hard != resource.RLIM_INFINITY:
            wanted = min(wanted, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (ImportError, ValueError, OSError):  # as many as there are have to do
        pass
