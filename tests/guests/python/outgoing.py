"""HTTP as WASI has it: a request, its body, and a wait for the answer."""

from componentize_py_types import Err
from wit_world.imports import outgoing_handler
from wit_world.imports.streams import StreamError_Closed
from wit_world.imports.wasi_http_types import (
    Fields,
    IncomingBody,
    Method_Post,
    OutgoingBody,
    OutgoingRequest,
    Scheme_Https,
)


def post(authority: str, path: str, headers: list[tuple[str, str]], body: bytes) -> tuple[int, bytes]:
    """Status and body of the answer; WASI's own error where there is none."""
    request = OutgoingRequest(Fields.from_list([(name, value.encode()) for name, value in headers]))
    request.set_method(Method_Post())
    request.set_scheme(Scheme_Https())
    request.set_authority(authority)
    request.set_path_with_query(path)
    outgoing = request.body()
    future = outgoing_handler.handle(request, None)
    with outgoing.write() as stream:
        stream.blocking_write_and_flush(body)
    OutgoingBody.finish(outgoing, None)
    with future.subscribe() as answered:
        answered.block()
    answer = future.get().value
    if isinstance(answer, Err):
        raise answer
    answer = answer.value
    status, incoming = answer.status(), answer.consume()
    return status, _read(incoming)


def _read(incoming: IncomingBody) -> bytes:
    whole = b""
    with incoming.stream() as stream:
        while True:
            try:
                whole += stream.blocking_read(65536)
            except Err as end:
                if isinstance(end.value, StreamError_Closed):
                    return whole
                raise
