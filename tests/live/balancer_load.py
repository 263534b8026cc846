#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A bounded load for the live test of `viplab report`, and a question to HAProxy's socket.

  balancer_load.py short HOST PORT COUNT RATE FIRST ADDRESSES   COUNT requests, RATE a second, each on a connection that
                                                               ends; from ADDRESSES addresses in turn, FIRST.1 on
  balancer_load.py hold HOST PORT COUNT RATE FIRST ADDRESSES SECONDS   the same, held open for SECONDS after the last
  balancer_load.py ask SOCKET COMMAND                          HAProxy's answer
"""
import asyncio
import socket
import sys


async def one(host, port, source, held):
    reader, writer = await asyncio.open_connection(host, port, local_addr=(source, 0))
    writer.write(b"GET /%s HTTP/1.1\r\nHost: x\r\n%s\r\n" % (source.encode(), b"" if held else b"Connection: close\r\n"))
    await writer.drain()
    if held:
        await reader.readuntil(b"\r\n\r\n")
        held.append(writer)
    else:
        await reader.read()
        writer.close()
        await writer.wait_closed()


async def load(host, port, count, rate, first, addresses, seconds):
    held = [] if seconds is None else [None]
    tasks = []
    for i in range(count):
        source = "%s.%d" % (first, 1 + i % addresses)
        tasks.append(asyncio.ensure_future(one(host, port, source, held)))
        await asyncio.sleep(1.0 / rate)
    failed = sum(isinstance(x, Exception) for x in await asyncio.gather(*tasks, return_exceptions=True))
    if seconds is not None:
        await asyncio.sleep(seconds)
        for writer in held[1:]:
            writer.close()
    print(failed)


def main():
    if sys.argv[1] == "ask":
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(5)
        s.connect(sys.argv[2])
        s.sendall((sys.argv[3] + "\n").encode())
        while True:
            data = s.recv(65536)
            if not data:
                break
            sys.stdout.write(data.decode())
        return
    host, port, count, rate, first, addresses = sys.argv[2:8]
    seconds = float(sys.argv[8]) if sys.argv[1] == "hold" else None
    asyncio.run(load(host, int(port), int(count), float(rate), first, int(addresses), seconds))


main()
