"""The real things of well-known packages that install from PyPI and need no server."""

from __future__ import annotations

import io
import os
import socket
import threading
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.resources.specimen import Specimen, fails

KEPT: list[Any] = []
"""What the things need beside them."""


def nothing_to_see(value: Any) -> bool:
    """The thing shows nothing of its end: what is left is that its hook ran, and ran once."""
    return True


def requests_session(folder: Path) -> Any:
    requests: Any = import_module("requests")
    session = requests.Session()
    session.get_adapter("http://localhost").poolmanager.connection_from_host("localhost", 1)
    return session


def requests_response(folder: Path) -> Any:
    requests: Any = import_module("requests")
    response: Any = requests.Response()
    response.raw = io.BytesIO(b"x")
    return response


def pool_manager(folder: Path) -> Any:
    urllib3: Any = import_module("urllib3")
    manager = urllib3.PoolManager()
    manager.connection_from_host("localhost", 1)
    return manager


def connection_pool(folder: Path) -> Any:
    urllib3: Any = import_module("urllib3")
    return urllib3.HTTPConnectionPool("localhost", 1)


def httpx_client(folder: Path) -> Any:
    httpx: Any = import_module("httpx")
    return httpx.Client()


def httpx_async_client(folder: Path) -> Any:
    httpx: Any = import_module("httpx")
    return httpx.AsyncClient()


async def aiohttp_session(folder: Path) -> Any:
    aiohttp: Any = import_module("aiohttp")
    return aiohttp.ClientSession()


async def aiohttp_connector(folder: Path) -> Any:
    aiohttp: Any = import_module("aiohttp")
    return aiohttp.TCPConnector()


def grpc_channel(folder: Path) -> Any:
    grpc: Any = import_module("grpc")
    return grpc.insecure_channel("localhost:1")


def grpc_server(folder: Path) -> Any:
    from concurrent.futures import ThreadPoolExecutor

    grpc: Any = import_module("grpc")
    server = grpc.server(ThreadPoolExecutor(1))
    server.start()
    return server


def boto3_client(folder: Path) -> Any:
    boto3: Any = import_module("boto3")
    return boto3.client("s3", region_name="us-east-1", aws_access_key_id="-", aws_secret_access_key="-")


def engine(folder: Path) -> Any:
    sqlalchemy: Any = import_module("sqlalchemy")
    made = sqlalchemy.create_engine(f"sqlite:///{folder / 'a.db'}")
    made.connect().close()
    return made


def sqlalchemy_connection(folder: Path) -> Any:
    return engine(folder).connect()


def sqlalchemy_session(folder: Path) -> Any:
    sqlalchemy: Any = import_module("sqlalchemy")
    import_module("sqlalchemy.orm")
    session = sqlalchemy.orm.Session(engine(folder))
    session.execute(sqlalchemy.text("select 1"))
    return session


def sqlalchemy_result(folder: Path) -> Any:
    sqlalchemy: Any = import_module("sqlalchemy")
    connection = engine(folder).connect()
    KEPT.append(connection)
    return connection.execute(sqlalchemy.text("select 1 union select 2"))


def redis_client(folder: Path) -> Any:
    redis: Any = import_module("redis")
    return redis.Redis()


def redis_pool(folder: Path) -> Any:
    redis: Any = import_module("redis")
    return redis.ConnectionPool()


def redis_pubsub(folder: Path) -> Any:
    redis: Any = import_module("redis")
    return redis.Redis().pubsub()


def redis_async_client(folder: Path) -> Any:
    import_module("redis.asyncio")
    redis: Any = import_module("redis")
    return redis.asyncio.Redis()


def redis_async_pool(folder: Path) -> Any:
    import_module("redis.asyncio")
    redis: Any = import_module("redis")
    return redis.asyncio.ConnectionPool()


def mongo_client(folder: Path) -> Any:
    pymongo: Any = import_module("pymongo")
    return pymongo.MongoClient(connect=False)


def duckdb_connection(folder: Path) -> Any:
    duckdb: Any = import_module("duckdb")
    return duckdb.connect()


def duckdb_is_closed(connection: Any) -> bool:
    duckdb: Any = import_module("duckdb")
    return fails(duckdb.ConnectionException)(lambda: connection.execute("select 1"))


def os_file(folder: Path) -> Any:
    pyarrow: Any = import_module("pyarrow")
    return pyarrow.OSFile(str(folder / "a"), "w")


def memory_map(folder: Path) -> Any:
    pyarrow: Any = import_module("pyarrow")
    return pyarrow.create_memory_map(str(folder / "a"), 10)


def record_writer(folder: Path) -> Any:
    pyarrow: Any = import_module("pyarrow")
    schema = pyarrow.schema([("a", pyarrow.int64())])
    return pyarrow.ipc.new_file(str(folder / "a"), schema)


def record_writer_is_closed(writer: Any) -> bool:
    pyarrow: Any = import_module("pyarrow")
    batch = pyarrow.record_batch([pyarrow.array([1])], names=["a"])
    return fails(pyarrow.ArrowInvalid)(lambda: writer.write_batch(batch))


def parquet_writer(folder: Path) -> Any:
    pyarrow: Any = import_module("pyarrow")
    import_module("pyarrow.parquet")
    return pyarrow.parquet.ParquetWriter(str(folder / "a"), pyarrow.schema([("a", pyarrow.int64())]))


def h5_file(folder: Path) -> Any:
    h5py: Any = import_module("h5py")
    return h5py.File(folder / "a.h5", "w")


def mapped_array(folder: Path) -> Any:
    numpy: Any = import_module("numpy")
    array: Any = numpy.memmap(folder / "a", dtype="uint8", mode="w+", shape=(4,))
    array[:] = 7
    return array


def array_archive(folder: Path) -> Any:
    numpy: Any = import_module("numpy")
    numpy.savez(folder / "a.npz", a=numpy.zeros(3))
    return numpy.load(folder / "a.npz")


def netcdf(folder: Path) -> Any:
    netCDF4: Any = import_module("netCDF4")
    return netCDF4.Dataset(str(folder / "a.nc"), "w")


def pytables(folder: Path) -> Any:
    tables: Any = import_module("tables")
    return tables.open_file(str(folder / "a.h5"), "w")


def image(folder: Path) -> Any:
    Image: Any = import_module("PIL.Image")
    Image.new("RGB", (2, 2)).save(folder / "a.png")
    return Image.open(folder / "a.png")


def open_file(folder: Path) -> Any:
    fsspec: Any = import_module("fsspec")
    made = fsspec.open(f"file://{folder / 'a'}", "wb")
    made.open()
    return made


def ssh_client(folder: Path) -> Any:
    paramiko: Any = import_module("paramiko")
    return paramiko.SSHClient()


def transport(folder: Path) -> Any:
    paramiko: Any = import_module("paramiko")
    left, right = socket.socketpair()
    KEPT.append(right)
    made = paramiko.Transport(left)
    made.start_client(event=threading.Event())
    return made


def zmq_context(folder: Path) -> Any:
    zmq: Any = import_module("zmq")
    return zmq.Context()


def zmq_socket(folder: Path) -> Any:
    zmq: Any = import_module("zmq")
    context: Any = zmq.Context()
    KEPT.append(context)
    return context.socket(zmq.PUSH)


def serial_port(folder: Path) -> Any:
    import pty

    serial: Any = import_module("serial")
    ours, theirs = pty.openpty()
    KEPT.append(ours)
    return serial.Serial(os.ttyname(theirs))


def file_lock(folder: Path) -> Any:
    filelock: Any = import_module("filelock")
    lock = filelock.FileLock(folder / "a.lock")
    lock.acquire()
    return lock


def observer(folder: Path) -> Any:
    observers: Any = import_module("watchdog.observers")
    made = observers.Observer()
    made.start()
    return made


def spawned(folder: Path) -> Any:
    pexpect: Any = import_module("pexpect")
    return pexpect.spawn("cat")


is_closed = lambda value: value.closed

THIRD_PARTY: tuple[Specimen, ...] = (
    Specimen(
        "requests.Session",
        requests_session,
        lambda v: len(v.get_adapter("http://localhost").poolmanager.pools) == 0,
        "requests",
    ),
    Specimen("requests.Response", requests_response, lambda v: v.raw.closed, "requests"),
    Specimen("urllib3.PoolManager", pool_manager, lambda v: len(v.pools) == 0, "urllib3"),
    Specimen("urllib3.HTTPConnectionPool", connection_pool, lambda v: v.pool is None, "urllib3"),
    Specimen("httpx.Client", httpx_client, lambda v: v.is_closed, "httpx"),
    Specimen("httpx.AsyncClient", httpx_async_client, lambda v: v.is_closed, "httpx"),
    Specimen("aiohttp.ClientSession", aiohttp_session, is_closed, "aiohttp"),
    Specimen("aiohttp.TCPConnector", aiohttp_connector, is_closed, "aiohttp"),
    Specimen("grpc.Channel", grpc_channel, lambda v: fails(ValueError)(lambda: v.unary_unary("/a")(b"")), "grpc"),
    Specimen("grpc.server", grpc_server, lambda v: not v.wait_for_termination(0.0), "grpc"),
    Specimen("boto3.client", boto3_client, nothing_to_see, "boto3"),
    Specimen("sqlalchemy.Engine", engine, lambda v: v.pool.checkedin() == 0, "sqlalchemy"),
    Specimen("sqlalchemy.Connection", sqlalchemy_connection, is_closed, "sqlalchemy"),
    Specimen("sqlalchemy.orm.Session", sqlalchemy_session, lambda v: not v.in_transaction(), "sqlalchemy"),
    Specimen("sqlalchemy.Result", sqlalchemy_result, is_closed, "sqlalchemy"),
    Specimen("redis.Redis", redis_client, nothing_to_see, "redis"),
    Specimen("redis.ConnectionPool", redis_pool, nothing_to_see, "redis"),
    Specimen("redis.PubSub", redis_pubsub, lambda v: v.connection is None, "redis"),
    Specimen("redis.asyncio.Redis", redis_async_client, nothing_to_see, "redis"),
    Specimen("redis.asyncio.ConnectionPool", redis_async_pool, nothing_to_see, "redis"),
    Specimen("pymongo.MongoClient", mongo_client, lambda v: v._closed, "pymongo"),
    Specimen("duckdb.connect", duckdb_connection, duckdb_is_closed, "duckdb"),
    Specimen("pyarrow.OSFile", os_file, is_closed, "pyarrow"),
    Specimen("pyarrow.MemoryMappedFile", memory_map, is_closed, "pyarrow"),
    Specimen("pyarrow.RecordBatchFileWriter", record_writer, record_writer_is_closed, "pyarrow"),
    Specimen("pyarrow.parquet.ParquetWriter", parquet_writer, lambda v: not v.is_open, "pyarrow"),
    Specimen("h5py.File", h5_file, lambda v: not v, "h5py"),
    Specimen("numpy.memmap", mapped_array, lambda v: Path(v.filename).read_bytes() == bytes([7] * 4), "numpy"),
    Specimen("numpy.lib.npyio.NpzFile", array_archive, lambda v: v.zip is None, "numpy"),
    Specimen("netCDF4.Dataset", netcdf, lambda v: not v.isopen(), "netCDF4"),
    Specimen("tables.File", pytables, lambda v: not v.isopen, "tables"),
    Specimen("PIL.Image", image, lambda v: v.fp is None, "PIL"),
    Specimen("fsspec.core.OpenFile", open_file, lambda v: not v.fobjects, "fsspec"),
    Specimen("paramiko.SSHClient", ssh_client, lambda v: v.get_transport() is None, "paramiko"),
    Specimen("paramiko.Transport", transport, lambda v: not v.active and not v.is_alive(), "paramiko"),
    Specimen("zmq.Context", zmq_context, is_closed, "zmq"),
    Specimen("zmq.Socket", zmq_socket, is_closed, "zmq"),
    Specimen("serial.Serial", serial_port, lambda v: not v.is_open, "serial"),
    Specimen("filelock.FileLock", file_lock, lambda v: not v.is_locked, "filelock"),
    Specimen("watchdog.observers.Observer", observer, lambda v: not v.is_alive(), "watchdog"),
    Specimen("pexpect.spawn", spawned, is_closed, "pexpect"),
)
