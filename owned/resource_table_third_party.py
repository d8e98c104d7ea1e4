"""The table of resources: well-known packages. None of them is imported; their classes go by their full names.

Packages move their classes; a row names the places of all versions that were seen. Rows without a class of their own,
and those that are dropped by `close()` as anything would be, are here for what else the table says of them.
"""

from __future__ import annotations

from . import drop_steps as do
from .resource import Bound, Resource

LOOP: tuple[Bound, ...] = ("loop", "process")
PROCESS: tuple[Bound, ...] = ("process",)
BOTH: tuple[Bound, ...] = ("thread", "process")
CLOSE = ("close()",)
ACLOSE = ("aclose()",)

HTTP = (
    Resource("requests.Session", ("requests.sessions.Session",), CLOSE, bound=PROCESS),
    Resource("requests.Response", ("requests.models.Response",), CLOSE, bound=PROCESS),
    Resource("urllib3.PoolManager", ("urllib3.poolmanager.PoolManager",), ("clear()",), bound=PROCESS),
    Resource("urllib3.HTTPConnectionPool", ("urllib3.connectionpool.ConnectionPool",), CLOSE, bound=PROCESS),
    Resource("httpx.Client", ("httpx.Client",), CLOSE, bound=PROCESS),
    Resource("httpx.AsyncClient", ("httpx.AsyncClient",), ACLOSE, awaited=True, bound=LOOP),
    Resource("aiohttp.ClientSession", ("aiohttp.client.ClientSession",), CLOSE, awaited=True, bound=LOOP),
    Resource("aiohttp.TCPConnector", ("aiohttp.connector.BaseConnector",), CLOSE, awaited=True, bound=LOOP),
    Resource("aiohttp.ClientResponse", ("aiohttp.client_reqrep.ClientResponse",), CLOSE, bound=LOOP),
    Resource("grpc.Channel", ("grpc.Channel",), CLOSE, bound=PROCESS),
    Resource("grpc.server", ("grpc._server._Server",), ("stop()", "wait()"), run=do.stop_grpc, bound=PROCESS),
    Resource("boto3.client", ("botocore.client.BaseClient",), CLOSE, bound=PROCESS),
)

DATABASES = (
    Resource("sqlalchemy.Engine", ("sqlalchemy.engine.base.Engine",), ("dispose()",), bound=PROCESS),
    Resource("sqlalchemy.Connection", ("sqlalchemy.engine.base.Connection",), CLOSE, bound=PROCESS),
    Resource("sqlalchemy.orm.Session", ("sqlalchemy.orm.session.Session",), CLOSE, bound=PROCESS),
    Resource("sqlalchemy.Result", ("sqlalchemy.engine.result.Result",), CLOSE, bound=PROCESS),
    Resource(
        "sqlalchemy.ext.asyncio.AsyncEngine",
        ("sqlalchemy.ext.asyncio.engine.AsyncEngine",),
        ("dispose()",),
        awaited=True,
        bound=LOOP,
    ),
    Resource("redis.Redis", ("redis.client.Redis",), CLOSE, bound=PROCESS),
    Resource("redis.ConnectionPool", ("redis.connection.ConnectionPool",), ("disconnect()",), bound=PROCESS),
    Resource("redis.PubSub", ("redis.client.PubSub",), CLOSE, bound=PROCESS),
    Resource("redis.asyncio.Redis", ("redis.asyncio.client.Redis",), ACLOSE, awaited=True, bound=LOOP),
    Resource(
        "redis.asyncio.ConnectionPool",
        ("redis.asyncio.connection.ConnectionPool",),
        ("disconnect()",),
        awaited=True,
        bound=LOOP,
    ),
    Resource(
        "pymongo.MongoClient",
        ("pymongo.synchronous.mongo_client.MongoClient", "pymongo.mongo_client.MongoClient"),
        CLOSE,
        bound=PROCESS,
    ),
    Resource(
        "duckdb.connect",
        ("_duckdb.DuckDBPyConnection", "duckdb.duckdb.DuckDBPyConnection", "duckdb.DuckDBPyConnection"),
        CLOSE,
        bound=PROCESS,
        note="one cursor() for each thread",
    ),
    Resource("psycopg.Connection", ("psycopg.Connection", "psycopg.connection.Connection"), CLOSE, bound=PROCESS),
    Resource(
        "psycopg_pool.ConnectionPool",
        ("psycopg_pool.ConnectionPool", "psycopg_pool.pool.ConnectionPool"),
        CLOSE,
        bound=PROCESS,
    ),
    Resource("asyncpg.Connection", ("asyncpg.connection.Connection",), CLOSE, awaited=True, bound=LOOP),
    Resource("asyncpg.Pool", ("asyncpg.pool.Pool",), CLOSE, awaited=True, bound=LOOP),
)

DATA = (
    Resource("pyarrow.OSFile", ("pyarrow.lib.NativeFile",), CLOSE),
    Resource("pyarrow.MemoryMappedFile", ("pyarrow.lib.MemoryMappedFile",), CLOSE),
    Resource(
        "pyarrow.RecordBatchFileWriter",
        ("pyarrow.lib._CRecordBatchWriter",),
        CLOSE,
        bound=PROCESS,
        note="writes the footer",
    ),
    Resource(
        "pyarrow.parquet.ParquetWriter",
        ("pyarrow.parquet.core.ParquetWriter", "pyarrow.parquet.ParquetWriter"),
        CLOSE,
        bound=PROCESS,
        note="writes the footer",
    ),
    Resource("h5py.File", ("h5py._hl.files.File",), CLOSE, bound=PROCESS),
    Resource("numpy.memmap", ("numpy.memmap",), ("flush()",), note="the mapping goes with the last reference"),
    Resource(
        "numpy.lib.npyio.NpzFile", ("numpy.lib.npyio.NpzFile", "numpy.lib._npyio_impl.NpzFile"), CLOSE, bound=PROCESS
    ),
    Resource("netCDF4.Dataset", ("netCDF4._netCDF4.Dataset",), CLOSE, again=False, run=do.close_once, bound=PROCESS),
    Resource("tables.File", ("tables.file.File",), CLOSE, bound=PROCESS),
    Resource("PIL.Image", ("PIL.Image.Image",), CLOSE),
    Resource("fsspec.core.OpenFile", ("fsspec.core.OpenFile",), CLOSE, bound=PROCESS),
)

DEVICES_AND_PROGRAMS = (
    Resource("paramiko.SSHClient", ("paramiko.client.SSHClient",), CLOSE, bound=PROCESS),
    Resource(
        "paramiko.Transport",
        ("paramiko.transport.Transport",),
        ("close()", "join()"),
        run=do.close_transport,
        bound=PROCESS,
    ),
    Resource(
        "zmq.Context",
        ("zmq.sugar.context.Context",),
        ("destroy(linger=0)",),
        run=do.destroy_context,
        bound=PROCESS,
        note="its sockets first; does not wait for messages that nobody fetches",
    ),
    Resource("zmq.Socket", ("zmq.sugar.socket.Socket",), CLOSE, bound=PROCESS),
    Resource("serial.Serial", ("serial.serialutil.SerialBase",), CLOSE, bound=PROCESS),
    Resource(
        "filelock.FileLock",
        ("filelock._api.BaseFileLock",),
        ("release()",),
        bound=BOTH,
        elsewhere=do.locked_elsewhere,
    ),
    Resource(
        "watchdog.observers.Observer",
        ("watchdog.observers.api.BaseObserver",),
        ("stop()", "join()"),
        run=do.stop_and_join,
        bound=PROCESS,
    ),
    Resource("pexpect.spawn", ("pexpect.spawnbase.SpawnBase",), CLOSE, bound=PROCESS),
    Resource("selenium.webdriver", ("selenium.webdriver.remote.webdriver.WebDriver",), ("quit()",), bound=PROCESS),
    Resource("playwright.sync_api.Browser", ("playwright.sync_api._generated.Browser",), CLOSE, bound=BOTH),
    Resource("playwright.sync_api.Playwright", ("playwright.sync_api._generated.Playwright",), ("stop()",), bound=BOTH),
    Resource("torch.Tensor", ("torch.Tensor",), (), bound=PROCESS, note="the memory goes with the last reference"),
    Resource(
        "torch.utils.data.DataLoader",
        ("torch.utils.data.dataloader._MultiProcessingDataLoaderIter",),
        ("_shutdown_workers()",),
        bound=PROCESS,
    ),
    Resource(
        "pynvml.nvmlInit",
        (),
        ("pynvml.nvmlShutdown()",),
        bound=PROCESS,
        owned_by="Owned(None, drop=lambda _: pynvml.nvmlShutdown())",
    ),
)

THIRD_PARTY: tuple[Resource, ...] = (*HTTP, *DATABASES, *DATA, *DEVICES_AND_PROGRAMS)
