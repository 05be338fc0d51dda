"""A VM's network card: guest.py TAP MAC MTU runs in the VM, with its host's network namespace as file 3.

The host's end is a TAP device and the VM's eth0 another; this process carries the frames between the two, as QEMU does. When it ends,
both are gone.
"""
import ctypes
import fcntl
import os
import struct
import subprocess
import sys
import threading

SET_INTERFACE = 0x400454CA  # TUNSETIFF, linux/if_tun.h
TAP_WITHOUT_HEADER = 0x1002  # IFF_TAP | IFF_NO_PI
NETWORK = 0x40000000  # CLONE_NEWNET, linux/sched.h


def enter(namespace):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace, NETWORK) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def make_tap(name):
    descriptor = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(descriptor, SET_INTERFACE, struct.pack("16sH22x", name.encode(), TAP_WITHOUT_HEADER))
    return descriptor


def carry(source, target):
    while True:
        frame = os.read(source, 65536)
        try:
            os.write(target, frame)
        except OSError:
            pass  # that side is down: the frame is lost, as on a cable


def main(tap, mac, mtu):
    own = os.open("/proc/self/ns/net", os.O_RDONLY)
    enter(3)
    outside = make_tap(tap)
    subprocess.run(["ip", "link", "set", tap, "address", "fe" + mac[2:], "mtu", mtu, "up"], check=True)
    enter(own)
    inside = make_tap("eth0")
    subprocess.run(["ip", "link", "set", "eth0", "address", mac, "mtu", mtu, "up"], check=True)
    threading.Thread(target=carry, args=(outside, inside), daemon=True).start()
    carry(inside, outside)


main(*sys.argv[1:])
