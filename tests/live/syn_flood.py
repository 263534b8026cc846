# SPDX-License-Identifier: BSD-2-Clause
"""SYNs to ADDRESS PORT from random places, RATE a second for SECONDS, through INTERFACE of this host."""
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


frames = [syn() for _ in range(20000)]
begin, sent = time.time(), 0
while sent < rate * seconds:
    due = min(int((time.time() - begin) * rate), rate * seconds)
    while sent < due:
        out.send(frames[sent % len(frames)])
        sent += 1
    time.sleep(0.002)
print(sent, "SYNs in", round(time.time() - begin, 1), "s")
