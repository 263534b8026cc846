#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""One trace of arrivals, through a real HAProxy and through the model of it.

  haproxy_trace.py trace FOLDER SECONDS SEED       writes FOLDER/short.trace, middle.trace, long.trace: who comes when, by
                                                   how long he stays (STAY)
  haproxy_trace.py play FOLDER SOCKET WAKE FRONT:PORT...
                                                   servers 127.1.0.1 to .3 on every port, clients on 127.0.0.1; at WAKE seconds
                                                   the third server of every front is made ready through SOCKET.
                                                   Writes FOLDER/live: FRONT MOMENT SERVER, and prints the greatest delay of
                                                   an arrival or a departure in milliseconds
  haproxy_trace.py judge FOLDER FRONT MODEL        FOLDER/live's copies FRONT.a and FRONT.b against FOLDER/model's MODEL:
                                                   exit 1 if they differ by more than the noise

Arrivals lie on a grid of 40 ms and departures 10, 20 and 30 ms behind its lines, so that their order, which is all that
a least connection law depends on, stays the same as long as nobody is 10 ms late. What a busy machine does beyond that
hits the two copies at different moments of the trace, since one plays APART behind the other: their difference is the
noise.
"""
import asyncio
import gc
import random
import sys
import time

GRID = 0.040
STAY = {"short": 0.490, "middle": 2.020, "long": 6.030}
FIRST = 0.4
BUSY = 0.9                      # of the lines of the grid have an arrival
SERVERS = 3
APART = {"a": 0.0, "b": 2.0}   # seconds: whole ones, by which slow start counts


def trace(folder, seconds, seed):
    dice = random.Random(seed)
    lines = {stay: [] for stay in STAY}
    for i in range(int((seconds - FIRST) / GRID)):
        if dice.random() < BUSY:
            lines[dice.choice(sorted(STAY))].append("%.3fs\n" % (FIRST + i * GRID))
    for stay, moments in lines.items():
        with open("%s/%s.trace" % (folder, stay), "w", encoding="ascii") as out:
            out.writelines(moments)


def arrivals(folder):
    out = []
    for stay, length in STAY.items():
        with open("%s/%s.trace" % (folder, stay), encoding="ascii") as lines:
            out += [(float(line.rstrip("s\n")), length) for line in lines]
    return sorted(out)


class Play:
    def __init__(self):
        self.start = 0.0
        self.late = 0.0
        self.seen = []
        self.served = []

    async def until(self, moment):
        await asyncio.sleep(max(0.0, self.start + moment - time.time()))
        self.late = max(self.late, time.time() - self.start - moment)

    async def client(self, front, port, moment, length):
        behind = APART[front[-1]]
        await self.until(moment + behind)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        self.seen.append((front, moment, (await reader.readline()).decode().strip()))
        await self.until(moment + behind + length)
        writer.close()

    async def wake(self, path, moment, front):
        await self.until(moment + APART[front[-1]])
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(("set server %s/rs3 state ready\n" % front).encode())
        answer = (await reader.read()).decode().strip()
        writer.close()
        if answer:
            raise RuntimeError("%s: %s" % (front, answer))

    def server(self, name):
        async def one(reader, writer):
            self.served.append(asyncio.current_task())
            writer.write(name.encode() + b"\n")
            await reader.read()
            writer.close()
        return one

    async def play(self, folder, path, wake, fronts):
        for _, port in fronts:
            for i in range(1, SERVERS + 1):
                await asyncio.start_server(self.server("rs%d" % i), "127.1.0.%d" % i, port, backlog=1024)
        # HAProxy's slow start counts whole seconds of the wall clock: it begins in their middle.
        self.start = int(time.time()) + 4.3 - wake % 1.0
        tasks = [asyncio.ensure_future(self.wake(path, wake, front)) for front, _ in fronts]
        for moment, length in arrivals(folder):
            tasks += [asyncio.ensure_future(self.client(front, port, moment, length)) for front, port in fronts]
        await asyncio.gather(*tasks)
        await asyncio.wait(self.served, timeout=5)


def play(folder, path, wake, fronts):
    p = Play()
    gc.disable()                # it would stop everybody for a moment
    asyncio.run(p.play(folder, path, wake, [(f.split(":")[0], int(f.split(":")[1])) for f in fronts]))
    with open(folder + "/live", "w", encoding="ascii") as out:
        out.writelines("%s %.3f %s\n" % seen for seen in sorted(p.seen))
    print("%.1f" % (p.late * 1000))


def series(path, name):
    """How many each server has had, behind every line of the grid."""
    had, at, out = [0] * SERVERS, {}, []
    with open(path, encoding="ascii") as lines:
        for line in lines:
            front, moment, server = line.split()
            if front == name:
                at.setdefault(int((float(moment) + GRID / 2) / GRID), []).append(int(server[2:]) - 1)
    for i in range(max(at) + 1 if at else 0):
        for server in at.get(i, []):
            had[server] += 1
        out.append(tuple(had))
    return out


def apart(one, other):
    """The greatest difference of any server's count at any moment."""
    return max((abs(a - b) for x, y in zip(one, other) for a, b in zip(x, y)), default=0)


def judge(folder, front, model):
    first, second = series(folder + "/live", front + ".a"), series(folder + "/live", front + ".b")
    ours = series(folder + "/model", model)
    noise = apart(first, second)
    bound = 2 + 2 * noise
    found = max(apart(first, ours), apart(second, ours))
    whole = sum(first[-1]) if first else 0
    print("%-8s %4d connections  HAProxy %s  model of %s %s  apart %d  (two HAProxys %d, bound %d)"
          % (front, whole, list(first[-1]) if first else [], model, list(ours[-1]) if ours else [], found, noise, bound))
    complete = whole > 0 and len(ours) == len(first) and sum(ours[-1]) == whole == sum(second[-1])
    sys.exit(0 if complete and found <= bound else 1)


if __name__ == "__main__":
    what, words = sys.argv[1], sys.argv[2:]
    if what == "trace":
        trace(words[0], float(words[1]), int(words[2]))
    elif what == "play":
        play(words[0], words[1], float(words[2]), words[3:])
    else:
        judge(*words)
