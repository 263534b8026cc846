# SPDX-License-Identifier: BSD-2-Clause
"""Puts the frames of a classic pcap file on an interface, at their times.

replay.py INTERFACE FILE [SECONDS [VLAN]]    ends after SECONDS (default 10), and after 20000 frames in any case;
with VLAN each frame gets a tag
"""
import socket
import struct
import sys
import time

interface, path = sys.argv[1:3]
limit = float(sys.argv[3]) if len(sys.argv) > 3 else 10.0
tag = struct.pack('>HH', 0x8100, int(sys.argv[4])) if len(sys.argv) > 4 else b''
with open(path, 'rb') as file:
    data = file.read()
order = {b'\xd4\xc3\xb2\xa1': ('<', 1e6), b'\xa1\xb2\xc3\xd4': ('>', 1e6),
         b'\x4d\x3c\xb2\xa1': ('<', 1e9), b'\xa1\xb2\x3c\x4d': ('>', 1e9)}.get(data[:4])
if order is None:
    sys.exit('%s is no classic pcap file' % path)
endian, fraction = order
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
wire.bind((interface, 0))
begin, first, at, sent = time.monotonic(), None, 24, 0
while at + 16 <= len(data) and sent < 20000:
    seconds, part, captured, _ = struct.unpack_from(endian + 'IIII', data, at)
    moment = seconds + part / fraction
    first = moment if first is None else first
    if moment - first > limit:
        break
    wait = moment - first - (time.monotonic() - begin)
    if wait > 0:
        time.sleep(wait)
    frame = data[at + 16:at + 16 + captured]
    wire.send(frame[:12] + tag + frame[12:])
    at += 16 + captured
    sent += 1
