"""Sends tagged broadcast frames as scapy users do: Ether/Dot1Q/IP/UDP, built and sent one by one. Prints the seconds it took.

scapy_vlans.py DEVICE FIRST_VLAN LAST_VLAN
"""
import sys
import time

from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Dot1Q, Ether
from scapy.sendrecv import sendp

device, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
begin = time.monotonic()
for vlan in range(first, last + 1):
    frame = Ether(dst="ff:ff:ff:ff:ff:ff") / Dot1Q(vlan=vlan) / IP(dst="255.255.255.255") / UDP(sport=31337, dport=31337) / ("vlan %d" % vlan)
    sendp(frame, iface=device, verbose=0)
print("%.6f" % (time.monotonic() - begin))
