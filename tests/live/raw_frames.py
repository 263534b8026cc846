# SPDX-License-Identifier: BSD-2-Clause
"""Frames of an interface as a plain packet socket has them, and frames with a VLAN tag onto it.

  raw_frames.py hear INTERFACE SECONDS        one line a frame: in|out ETHERTYPE TAG SOURCE-MAC PROTOCOL. ETHERTYPE is what stands in
                                              its bytes 12 and 13, TAG what the kernel says beside the frame (- if nothing)
  raw_frames.py ask INTERFACE VLAN ADDRESS    an ARP request in that VLAN (0: no tag); prints the TAG and sender MAC of each answer
                                              within a second
  raw_frames.py advert INTERFACE VLAN PRIORITY        one VRRP advertisement of 10 for 192.0.2.1 by 192.0.2.99
"""
import select
import socket
import struct
import sys
import time

SOL_PACKET, PACKET_AUXDATA, PACKET_OUTGOING = 263, 8, 4
MAC = bytes.fromhex("020000000099")


def open_on(interface):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    s.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
    s.bind((interface, 3))
    return s


def take(s, until):
    while time.monotonic() < until:
        if not select.select([s], [], [], max(0, until - time.monotonic()))[0]:
            continue
        data, words, _, place = s.recvmsg(2048, 1024)
        tag = "-"
        for level, kind, content in words:
            if level == SOL_PACKET and kind == PACKET_AUXDATA:
                status, _, _, _, _, tci, _ = struct.unpack("IIIHHHH", content[:20])
                if status & 0x10:
                    tag = str(tci & 0xFFF)
        yield data, tag, place[2] == PACKET_OUTGOING


def sent_to(to, vlan, ethertype, payload):
    tag = struct.pack(">HH", 0x8100, vlan) if vlan else b""
    return to + MAC + tag + struct.pack(">H", ethertype) + payload


def checksum(data):
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return 0xFFFF - total


def main():
    what, interface, third = sys.argv[1:4]
    s = open_on(interface)
    if what == "hear":
        for data, tag, out in take(s, time.monotonic() + float(third)):
            print("out" if out else "in", data[12:14].hex(), tag, data[6:12].hex(":"), data[23], flush=True)
    elif what == "ask":
        address = socket.inet_aton(sys.argv[4])
        s.send(sent_to(b"\xff" * 6, int(third), 0x0806,
                       struct.pack(">HHBBH", 1, 0x0800, 6, 4, 1) + MAC + bytes([192, 0, 2, 99]) + bytes(6) + address))
        for data, tag, out in take(s, time.monotonic() + 1):
            if not out and data[12:14] == b"\x08\x06" and data[20:22] == b"\x00\x02" and data[28:32] == address:
                print(tag, data[22:28].hex(":"))
    else:
        message = struct.pack(">BBBBHH", 0x31, 10, int(sys.argv[4]), 1, 100, 0) + bytes([192, 0, 2, 1])
        message = message[:6] + struct.pack(">H", checksum(message)) + message[8:]
        ip = struct.pack(">BBHHHBBH", 0x45, 0xC0, 20 + len(message), 1, 0, 255, 112, 0) + bytes([192, 0, 2, 99, 224, 0, 0, 18])
        ip = ip[:10] + struct.pack(">H", checksum(ip)) + ip[12:]
        s.send(sent_to(bytes.fromhex("01005e000012"), int(third), 0x0800, ip + message))


main()
